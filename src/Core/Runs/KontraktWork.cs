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

    /// <summary>What the namespace has held.</summary>
    internal NamespaceSecrets Secrets { get; init; } = new();

    /// <summary>Takes out the values of secrets that there are now, and of those that there were.</summary>
    internal Task<Redactor> RedactorAsync(CancellationToken cancellationToken) => Secrets.RedactorAsync(Lease, Manifests, cancellationToken);
}
