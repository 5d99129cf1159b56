using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Security;

namespace Kontrakt.Runs.Applying;

/// <summary>What the server knows about a kontrakt's objects before any of them is applied; all errors are collected.</summary>
internal sealed class ApplyChecks(KontraktWork work)
{
    private readonly Lease lease = work.Lease;
    private readonly KontraktManifests manifests = work.Manifests;
    private readonly ConcurrentBag<(int Order, Diagnostic Diagnostic)> _found = [];
    private readonly ApplyBodies _bodies = new(work);

    /// <exception cref="KontraktException">Every error found, in the order of the manifests.</exception>
    public async Task<IReadOnlyList<ApplyItem>> CheckAsync(CancellationToken cancellationToken)
    {
        var items = new ApplyItem?[manifests.Objects.Count];
        try
        {
            var strict = (await lease.Account.GetVersionAsync(cancellationToken)).HasFieldValidation;
            var options = new ParallelOptions { MaxDegreeOfParallelism = ApplyRun.Concurrency, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, items.Length, options, async (index, token) =>
            {
                items[index] = await ItemAsync(manifests.Objects[index], index, token);
                if (items[index] is not { } item)
                    return;
                foreach (var diagnostic in manifests.PodTemplates.Where(template => ReferenceEquals(template.Manifest, item.Manifest)).SelectMany(template => PodSecurity.Check(template, work.Settings.PodSecurity)))
                    _found.Add((index, diagnostic));
                await CheckFieldsAsync(item, strict, token);
                if (!lease.Created)
                    await CheckNameAsync(item, token);
                if (!strict)
                    await CheckEndedAsync(item, item.Body, token);
            });
            foreach (var diagnostic in await new AssertionChecks(lease, manifests.Assertions, runs: _found.IsEmpty).CheckAsync(cancellationToken))
                _found.Add((items.Length, diagnostic));
            // Nothing will be applied; what the server refuses of the other objects is found at once all the same.
            var wrong = _found.Select(each => each.Order).ToHashSet();
            if (wrong.Count > 0)
                foreach (var refused in await new ApplyRun(lease, work.Log).TryAsync([.. items.OfType<ApplyItem>().Where(item => !wrong.Contains(item.Order))], cancellationToken))
                    _found.Add(refused);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, lease.Caller.Connection, $"the objects of kontrakt '{lease.Kontrakt}' were checked")], e);
        }
        KontraktException.ThrowIfAny([.. _found.OrderBy(each => each.Order).ThenBy(each => each.Diagnostic.Location?.File, StringComparer.Ordinal).ThenBy(each => each.Diagnostic.Location?.Line).ThenBy(each => each.Diagnostic.Location?.Column).Select(each => each.Diagnostic)]);
        return [.. items.OfType<ApplyItem>()];
    }

    /// <summary>The object's address; null, with a diagnostic, where it can have none.</summary>
    private async Task<ApplyItem?> ItemAsync(Manifest manifest, int order, CancellationToken cancellationToken)
    {
        var wanted = manifest.Object;
        if (await lease.Account.FindResourceAsync(wanted.GroupVersionKind, cancellationToken) is not { } resource)
        {
            _found.Add((order, await KindSuggestions.UnknownAsync(lease.Account, manifest, cancellationToken)));
            return null;
        }
        if (!resource.Namespaced)
            _found.Add((order, Ktr.ClusterScoped.At(manifest.Locate("kind"), manifest.Subject)));
        else if (wanted.Name.Length == 0)
            _found.Add((order, Ktr.Rejected.At(manifest.Locate("metadata"), wanted.Kind, "", "it has no metadata.name, without which it could not be found again.")));
        else
            return new(order, manifest, new(resource, lease.Namespace, wanted.Name), _bodies.For(manifest));
        return null;
    }

    private async Task CheckFieldsAsync(ApplyItem item, bool strict, CancellationToken cancellationToken)
    {
        if (FlatKinds.HasOnlyKnownFields(item.Body))
            return;
        foreach (var field in strict ? await NearestAsync(item, await TryAsync(item, cancellationToken), cancellationToken) : await lease.Account.FindUnknownFieldsAsync(item.Body, cancellationToken))
            _found.Add((item.Order, ApplyRefusals.UnknownField(item, field)));
    }

    /// <summary>What the server refuses, with what may have been intended: that no server says.</summary>
    private async Task<IReadOnlyList<UnknownField>> NearestAsync(ApplyItem item, IReadOnlyList<UnknownField> refused, CancellationToken cancellationToken)
    {
        if (refused.Count == 0)
            return refused;
        try
        {
            var looked = await lease.Account.FindUnknownFieldsAsync(item.Body, cancellationToken);
            return [.. refused.Select(field => field with { Suggestion = looked.FirstOrDefault(each => each.Path.SequenceEqual(field.Path))?.Suggestion })];
        }
        catch (KubernetesException e) when (!e.IsConnectionFailure)
        {
            return refused; // A server that shows nobody its schema; what it refuses is refused.
        }
    }

    /// <summary>The server's own strict validation (1.25 and later), by an apply that is only tried. What else it finds is found again when it counts.</summary>
    private async Task<IReadOnlyList<UnknownField>> TryAsync(ApplyItem item, CancellationToken cancellationToken)
    {
        try
        {
            var tried = await lease.Account.ApplyAsync(item.Target, item.Body, ApplyRun.OptionsFor(lease) with { DryRun = true }, cancellationToken);
            // A pod that is new has no end: nothing has to be asked.
            if (HasEnded(tried.Object))
                await CheckEndedAsync(item, tried.Object, cancellationToken);
            return [];
        }
        catch (KubernetesException e) when (!e.IsConnectionFailure)
        {
            return ServerFieldErrors.UnknownFields(e.Message, item.Body.Json);
        }
    }

    /// <summary>A pod that an earlier apply made and that has ended takes another image, and does not run again.</summary>
    /// <param name="applied">As it is now: where the server was asked, with what its admission makes of the image.</param>
    private async Task CheckEndedAsync(ApplyItem item, KubernetesObject applied, CancellationToken cancellationToken)
    {
        if (manifests.PodTemplates.FirstOrDefault(template => template.Path.Count == 0 && ReferenceEquals(template.Manifest, item.Manifest)) is not { } pod
            || await lease.Account.FindAsync(item.Target, cancellationToken) is not { } there || !HasEnded(there))
            return;
        foreach (var container in pod.Containers.Where(container => ImageOf(there, container) is { } image && image != ImageOf(applied, container)))
            _found.Add((item.Order, Ktr.PodHasEnded.At(pod.LocateImage(container.Name), item.Name, container.Name, lease.Namespace)));
    }

    private static bool HasEnded(KubernetesObject item) => item.Kind == "Pod" && item.Text("status", "phase") is "Succeeded" or "Failed";

    private static string? ImageOf(KubernetesObject pod, PodContainer container) => pod.Items("spec", container.IsInit ? "initContainers" : "containers")
        .FirstOrDefault(each => each["name"]?.ToString() == container.Name)?["image"]?.ToString();

    /// <summary>In a namespace that is not the run's own, an object of the same name is somebody else's unless it carries the lease's labels.</summary>
    private async Task CheckNameAsync(ApplyItem item, CancellationToken cancellationToken)
    {
        try
        {
            if (await lease.Account.FindAsync(item.Target, cancellationToken) is { } there && !LeaseLabels.IsMarked(there, lease.Kontrakt, lease.RunId))
                _found.Add((item.Order, ApplyRefusals.NameTaken(item, lease.Namespace, there.Labels.GetValueOrDefault(LeaseLabels.Run) is { } run ? $"it is of run {run}" : "no run made it")));
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            // What the account may not read it may not apply either; the apply says so at its place.
        }
    }
}

/// <summary>Kinds whose few fields never change, and of which a kontrakt may have hundreds: looked through here, without the server's megabytes of schema.</summary>
internal static class FlatKinds
{
    private static readonly HashSet<string> Fields = new(StringComparer.Ordinal) { "apiVersion", "kind", "metadata", "data", "binaryData", "stringData", "immutable", "type" };
    private static readonly HashSet<string> Metadata = new(StringComparer.Ordinal) { "name", "namespace", "labels", "annotations" };

    /// <summary>True when nothing is left to ask; false for other kinds and for whatever looks unusual.</summary>
    public static bool HasOnlyKnownFields(KubernetesObject body) =>
        (body.GroupVersionKind == ApiResource.ConfigMaps.Kind || body.GroupVersionKind == ApiResource.Secrets.Kind)
        && body.Json.All(field => Fields.Contains(field.Key))
        && !(body.Kind == "ConfigMap" && (body.Json.ContainsKey("stringData") || body.Json.ContainsKey("type")))
        && !(body.Kind == "Secret" && body.Json.ContainsKey("binaryData"))
        && body.At("metadata") is JsonObject metadata && metadata.All(field => Metadata.Contains(field.Key));
}
