using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What the steps of a kontrakt on the cluster have in common.</summary>
/// <param name="Folder">Where whole logs, statuses and events go: obj/kontrakt/(run)/(kontrakt)/.</param>
public sealed record KontraktWork(Lease Lease, KontraktManifests Manifests, KontraktSettings Settings, IRunLog Log, string Folder)
{
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The last lines of containers' logs, and whole logs into files, without the values of secrets that there are now.</summary>
    internal async Task<LogCapture> LogsAsync(CancellationToken cancellationToken) =>
        new(Lease.Caller, Lease.Namespace, await NamespaceSecrets.RedactorAsync(Lease, Manifests, cancellationToken), Settings.LogLines);
}
