using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>Applies a kontrakt's resolved manifests into its lease, as the lease's account.</summary>
public static class KontraktApplier
{
    /// <summary>
    /// First everything that can be known without applying: kinds, scopes, fields, and in a shared namespace names; then server-side apply,
    /// phase after phase, the objects of a phase concurrently. What comes after others (kontrakt/after) is only tried: wait applies it when its time comes.
    /// </summary>
    /// <exception cref="KontraktException">
    /// Every object the server refused, each at its place; of what is known before, everything at once and before anything is applied.
    /// </exception>
    public static async Task ApplyAsync(KontraktWork work, CancellationToken cancellationToken)
    {
        var later = Sequence.Of(work.Manifests.Objects).Select(after => after.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
        var items = (await new ApplyChecks(work).CheckAsync(cancellationToken)).ToLookup(item => later.Contains(item.Manifest));
        await new ApplyRun(work.Lease, work.Log).ApplyAsync([.. items[false]], [.. items[true]], cancellationToken);
    }

    /// <summary>Applies some of the objects, whose time has come; all have been checked before.</summary>
    /// <returns>What the server made of them.</returns>
    /// <exception cref="KontraktException">Every one that the server refused, at its place.</exception>
    internal static async Task<IReadOnlyCollection<(Manifest Manifest, KubernetesObject Applied)>> ApplyLaterAsync(KontraktWork work, IReadOnlyCollection<Manifest> objects, CancellationToken cancellationToken)
    {
        var items = await new ApplyChecks(work with { Manifests = work.Manifests with { Objects = [.. objects] } }).CheckAsync(cancellationToken);
        return await new ApplyRun(work.Lease, work.Log).ApplyAsync(items, [], cancellationToken);
    }
}
