using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// Watches until every *.assert.yaml holds, or the budget ends; then looks once whether anything matches an *.error.yaml.
/// What an *.error.yaml names may come and go before: it is the end state that counts.
/// </summary>
internal sealed class AssertionSession(Lease lease, IReadOnlyList<Manifest> assertions, ClusterWatch watch, WaitProgress progress, TimeProvider time)
{
    /// <summary>Watches the kinds of the assertions.</summary>
    /// <exception cref="KontraktException">Every assertion on a kind that the cluster does not have.</exception>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        var unknown = new List<Diagnostic>();
        var refreshed = false;
        foreach (var assertion in assertions)
        {
            var kind = assertion.Object.GroupVersionKind;
            var resource = await lease.Caller.FindResourceAsync(kind, cancellationToken);
            if (resource is null && !refreshed)
            {
                // Something may have installed it since discovery was read.
                refreshed = true;
                lease.Caller.RefreshDiscovery();
                resource = await lease.Caller.FindResourceAsync(kind, cancellationToken);
            }
            if (resource is null)
                unknown.Add(Ktr.UnknownKind.At(assertion.Locate("kind"), kind, ""));
            else
                watch.Add(resource);
        }
        KontraktException.ThrowIfAny(unknown);
    }

    /// <param name="until">How long assertions may take to become true; a moment that has passed: they are looked at once.</param>
    public async Task<IReadOnlyList<Diagnostic>> RunAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var failed = Check(ManifestRole.Assert, AssertionCheck.MustExist);
            var now = time.GetUtcNow();
            if (failed.Count == 0 || now >= until)
                return [.. failed, .. Check(ManifestRole.Error, AssertionCheck.MustNotExist)];
            foreach (var diagnostic in failed)
                progress.Say($"assertion {diagnostic.Location}", diagnostic.Message.Split('\n')[0]);
            progress.Remind(() => $"{failed.Count} assertions");
            var next = progress.NextReminder < until ? progress.NextReminder : until;
            await watch.NextAsync(next > now ? next - now : TimeSpan.FromMilliseconds(1), cancellationToken);
        }
    }

    private List<Diagnostic> Check(ManifestRole role, Func<Manifest, IReadOnlyCollection<KubernetesObject>, Diagnostic?> check) =>
        [.. assertions.Where(assertion => assertion.Role == role)
            .Select(assertion => check(assertion, watch.State.All(assertion.Object.GroupVersionKind.Group, assertion.Object.Kind))).OfType<Diagnostic>()];
}
