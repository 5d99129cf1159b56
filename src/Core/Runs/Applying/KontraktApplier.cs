using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>Applies a kontrakt's resolved manifests into its lease, as the lease's account.</summary>
public static class KontraktApplier
{
    /// <summary>
    /// First everything that can be known without applying: kinds, scopes, fields, and in a shared namespace names; then server-side apply,
    /// phase after phase, the objects of a phase concurrently.
    /// </summary>
    /// <exception cref="KontraktException">
    /// Every object the server refused, each at its place; of what is known beforehand, everything at once and before anything is applied.
    /// </exception>
    public static async Task ApplyAsync(Lease lease, KontraktManifests manifests, KontraktSettings settings, IRunLog log, CancellationToken cancellationToken)
    {
        var items = await new ApplyChecks(lease, manifests, settings).CheckAsync(cancellationToken);
        await new ApplyRun(lease, log).ApplyAsync(items, cancellationToken);
    }
}
