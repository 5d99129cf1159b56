using System.Security.Cryptography;
using Kontrakt.Clusters;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests.Security;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Builds;

/// <summary>The life of one build's pod, from its credentials to its end.</summary>
internal sealed class BuildPodRun(BuildPodRequest request, BuildSite site, BuildPlace place)
{
    /// <summary>How much later the cluster ends a pod that nobody ends any more.</summary>
    private static readonly TimeSpan DeadlineMargin = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _timeout = request.Timeout is { } own && own < site.Settings.BuildTimeout ? own : site.Settings.BuildTimeout;
    private string _seen = "nothing of its pod";

    /// <exception cref="KontraktException">The build failed, or took longer than it may.</exception>
    public async Task<ImageReference> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            return await BuildAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut();
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, place.Client.Connection, $"the image of '{request.Source}' was built", request.Location)], e);
        }
        catch (RegistryException e)
        {
            throw new KontraktException([RegistryProblems.Reading(e, request.Image.ToString(), request.Location)], e);
        }
    }

    private async Task<ImageReference> BuildAsync(CancellationToken cancellationToken)
    {
        var names = await site.NamesAsync(cancellationToken);
        var credentials = await CredentialsAsync(names, cancellationToken);
        var plan = Plan(names, credentials is not null);
        KontraktException.ThrowIfAny([.. PodSecurity.Check(plan.Pod(), $"the build of '{request.Source}'", request.Location, site.PodSecurity)]);
        var secret = plan.Secret(credentials is null ? default : credentials.Config.Span);
        var removal = new BuildPodRemoval(place, plan.PodName, secret is not null, site.Log);
        try
        {
            var pod = await CreateAsync(plan, secret, cancellationToken);
            var redactor = secret is null ? Redactor.None : Redactor.For([secret], []);
            await using var logs = new BuildLogs(place, request, site.Log, redactor, site.Settings.LogLines);
            var ended = await new BuildPodWatch(place, pod, site.Settings, logs, seen => _seen = seen).WaitAsync(cancellationToken);
            await logs.DrainAsync();
            return await ConcludeAsync(ended, plan, logs, redactor, cancellationToken);
        }
        finally
        {
            await removal.RunAsync();
        }
    }

    /// <summary>This machine's, or where the registry gives them, some that are good for this build's repository and no longer than its pod lives.</summary>
    private async Task<CredentialExport?> CredentialsAsync(BuildNames names, CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<string, RegistryToken>(StringComparer.OrdinalIgnoreCase);
        if (names.GivesTokens && request.Image.Registry == BuildNames.Host(names.Repository))
            tokens[request.Image.Registry] = await site.Registry.CreateTokenAsync(request.Image, _timeout + DeadlineMargin, cancellationToken);
        var hosts = request.Registries.Append(request.Image.Registry).Distinct(StringComparer.OrdinalIgnoreCase);
        return await site.Registry.ExportCredentialsAsync(hosts.Select(host => KeyValuePair.Create(names.HostInPods(host), host)), tokens, cancellationToken);
    }

    private BuildPodPlan Plan(BuildNames names, bool hasCredentials) => new()
    {
        PodName = PodNameFor(request.Name),
        RunId = place.RunId,
        Request = request,
        Names = names,
        Requests = site.Settings.BuildRequests,
        Deadline = _timeout + DeadlineMargin,
        HasCredentials = hasCredentials,
    };

    /// <summary>The Secret first, so that the pod never waits for it; then the pod owns it.</summary>
    private async Task<KubernetesObject> CreateAsync(BuildPodPlan plan, KubernetesObject? secret, CancellationToken cancellationToken)
    {
        if (secret is not null)
            await Creation.CreateAsync(place.Client, ApiResource.Secrets, place.Namespace, secret, cancellationToken);
        await Creation.CreateAsync(place.Client, ApiResource.Pods, place.Namespace, plan.Pod(), cancellationToken);
        var pod = await place.Client.FindAsync(new(ApiResource.Pods, place.Namespace, plan.PodName), cancellationToken)
            ?? throw Ktr.BuildFailed.Error(request.Location, request.Source, "its pod was deleted as soon as it was made.");
        if (secret is not null)
            await place.Client.MergePatchAsync(new(ApiResource.Secrets, place.Namespace, plan.SecretName), plan.Ownership(pod.Uid), cancellationToken);
        return pod;
    }

    private async Task<ImageReference> ConcludeAsync(BuildPodEnd ended, BuildPodPlan plan, BuildLogs logs, Redactor redactor, CancellationToken cancellationToken)
    {
        string Shown(string text) => redactor.Redact(PlainText.Clean(text));
        switch (ended)
        {
            case BuildPodEnd.Succeeded succeeded:
                var last = ContainerStatus.Of(succeeded.Pod).LastOrDefault(container => container.Name == plan.Steps[^1]);
                return await CheckAsync(last?.Ended?.Message.Trim() ?? "", cancellationToken);
            case BuildPodEnd.StepFailed { Step: var step }:
                var failure = new BuildFailure(step.Name, Shown(step.Ended?.ToString() ?? "an error"), logs.LastLines(step.Name));
                throw new KontraktException([request.Explain?.Invoke(failure) ?? Describe(failure)]);
            case BuildPodEnd.Stuck hopeless:
                throw Ktr.BuildFailed.Error(request.Location, request.Source, Shown(hopeless.Why));
            case BuildPodEnd.OutOfTime:
                throw TimedOut();
            default:
                throw new InvalidOperationException("an unknown end");
        }
    }

    private Diagnostic Describe(BuildFailure failure) =>
        Ktr.BuildFailed.At(request.Location, request.Source, $"its step '{failure.Step}' ended with {failure.Ended}{LogText.Tail(failure.LastLines)}");

    private KontraktException TimedOut() => Ktr.BuildTimedOut.Error(request.Location, request.Source, DurationText.Format(_timeout), _seen.TrimEnd('.'));

    /// <summary>What the build says counts only where the registry says the same.</summary>
    private async Task<ImageReference> CheckAsync(string said, CancellationToken cancellationToken)
    {
        if (!Digest.TryParse(said, out var digest))
            throw Wrong(said.Length == 0 ? "nothing" : $"'{LogText.Short(PlainText.Clean(said))}'", "a build says the image's digest in its termination message");
        var found = await site.Registry.ResolveAsync(request.Image, cancellationToken);
        if (found is null)
            throw Wrong(digest.ToString(), $"the registry has no '{request.Image}'");
        if (found.Digest != digest)
            throw Wrong(digest.ToString(), $"'{request.Image}' is {found.Digest} in the registry: something else pushes to this tag, or the executor is not what it should be");
        return request.Image.WithDigest(digest);

        KontraktException Wrong(string what, string but) => Ktr.BuildDigestWrong.Error(request.Location, request.Source, what, but);
    }

    /// <summary>A DNS label that begins with the build's name and is no other pod's.</summary>
    private static string PodNameFor(string name)
    {
        var label = string.Concat(name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')).Trim('-');
        var suffix = RandomNumberGenerator.GetString("bcdfghjkmnpqrstvwxz23456789", 6);
        return $"build-{label[..Math.Min(label.Length, 40)].Trim('-')}-{suffix}".Replace("--", "-", StringComparison.Ordinal);
    }
}
