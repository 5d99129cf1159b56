using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Doctor;

/// <summary>
/// Whether images can be pulled from and pushed to where a run would. A push is proved by an upload that is begun and given up: a registry grants or refuses it
/// there, and nothing stays.
/// </summary>
internal sealed class RegistryChecks(Surroundings surroundings)
{
    /// <summary>An engine that has to start first may take this long on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Rights rarely differ between the repositories of one path.</summary>
    private const int Most = 3;

    /// <summary>For a directory of which no images are known.</summary>
    private const string AnyImage = "kontrakt-doctor";

    /// <summary>Where the SDK takes the bases of projects' images from.</summary>
    private const string BaseRegistry = "mcr.microsoft.com";

    public IEnumerable<Check> All => [new("base", BaseAsync), new("pull", PullAsync) { Limit = Limit }, new("push", PushAsync) { Limit = Limit }];

    /// <summary>A warning only: a project may name another base, or have the one it names in a cache.</summary>
    private async Task<Finding> BaseAsync(CancellationToken cancellationToken)
    {
        if (surroundings.Settings.HostBaseImage ?? surroundings.IsEmbedded() == true)
            return Finding.Ok("images of projects are based on this machine's .NET");
        if (!(await surroundings.NeedsAsync(cancellationToken)).Projects)
            return Finding.Ok("no image is made from a project");
        using var registry = new RegistryClient(RegistryAccess.Options(surroundings.Settings, surroundings.Log));
        try
        {
            await registry.PingAsync(BaseRegistry, cancellationToken);
            return Finding.Ok($"the base images of projects can be read from {BaseRegistry}");
        }
        catch (RegistryException failure)
        {
            return Finding.Of(new([RegistryProblems.Reading(failure, BaseRegistry, null)], failure), "kontrakt run --host-base-image, or name a base that this machine can read (ContainerBaseImage)", CheckState.Warning);
        }
    }

    private Task<Finding> PullAsync(CancellationToken cancellationToken) => OfTargetsAsync(async (registry, targets) =>
    {
        foreach (var target in targets)
        {
            await RegistryProblems.ReadingAsync(target.Name, null, async () =>
            {
                await registry.PingAsync(target.Registry, cancellationToken);
                return true;
            });
            // Many registries deny what does not exist yet.
            await RegistryProblems.ReadingAsync(target.Name, null, () => registry.ResolveAsync(target, cancellationToken));
        }
        return $"this machine can read {Names(targets)}";
    }, Ktr.ImageDenied, cancellationToken);

    private Task<Finding> PushAsync(CancellationToken cancellationToken) => OfTargetsAsync(async (registry, targets) =>
    {
        foreach (var target in targets)
            await RegistryProblems.WritingAsync(target.Name, null, async () =>
            {
                await registry.CheckPushAsync(target, cancellationToken);
                return true;
            });
        return $"uploads to {Names(targets)} can be begun";
    }, null, cancellationToken);

    /// <param name="mild">A failure that is a warning only.</param>
    private async Task<Finding> OfTargetsAsync(Func<RegistryClient, IReadOnlyList<ImageReference>, Task<string>> look, DiagnosticKind? mild, CancellationToken cancellationToken)
    {
        if (surroundings.Settings.Repository is null && surroundings.IsEmbedded() is null)
            return Finding.NotMade("which cluster would be used is not known, and KO_DOCKER_REPO is not set");
        if (surroundings.Settings.Repository is null && surroundings.IsEmbedded() == true && await surroundings.TryConnectAsync(cancellationToken) is null)
            return Finding.NotMade("the embedded engine, whose registry would be used, does not run");
        var needs = await surroundings.NeedsAsync(cancellationToken);
        if (await surroundings.Cluster.RepositoryAsync(cancellationToken) is not { } repository)
            return Finding.Of(Ktr.RepositoryMissing.Error(null), "export KO_DOCKER_REPO=REGISTRY/PATH", needs.Images is { Count: > 0 } ? CheckState.Failed : CheckState.Warning);
        var host = repository.Split('/')[0];
        var remedy = $"docker login {host}, or name another registry: export KO_DOCKER_REPO=REGISTRY/PATH";
        try
        {
            PushGuard.Require(repository, PushGuard.Allowed(surroundings.Settings, repository), null);
            if (surroundings.Settings.PushRepository is { } pushed)
                PushGuard.Require(pushed, surroundings.Settings.PushRegistries, null);
            using var registry = new RegistryClient(RegistryAccess.Options(surroundings.Settings, surroundings.Log));
            return Finding.Ok(await look(registry, [.. Targets(repository, needs)]));
        }
        catch (KontraktException failure)
        {
            return Finding.Of(failure, failure.Is(Ktr.PushNotAllowed) ? "correct KO_DOCKER_REPO or KontraktPushRegistries" : remedy,
                mild is not null && failure.Is(mild) ? CheckState.Warning : CheckState.Failed);
        }
    }

    /// <summary>Repositories that a run would use.</summary>
    private IEnumerable<ImageReference> Targets(string repository, RunNeeds needs)
    {
        var names = needs.Images is { Count: > 0 } images ? images.Take(Most) : [AnyImage];
        var places = new[] { repository, surroundings.Settings.PushRepository }.OfType<string>().Distinct(StringComparer.Ordinal);
        return from place in places from name in names select ImageReference.Parse($"{place.TrimEnd('/')}/{name}");
    }

    private static string Names(IEnumerable<ImageReference> targets) => string.Join(", ", targets.Select(target => $"'{target.Name}'"));
}
