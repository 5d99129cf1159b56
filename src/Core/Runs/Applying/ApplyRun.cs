using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>Sends a kontrakt's objects to the server.</summary>
internal sealed class ApplyRun(Lease lease, IRunLog log)
{
    /// <summary>Requests under way at once: enough to hide the server's latency, few enough not to be throttled by its priority levels.</summary>
    public const int Concurrency = 16;

    private readonly ConcurrentBag<(ApplyItem Item, KubernetesException Refusal)> _refused = [];
    private readonly ConcurrentBag<(Manifest Manifest, KubernetesObject Applied)> _applied = [];

    /// <summary>
    /// In a namespace of the run's own, nobody else's field counts. In a shared one each run is a manager of its own that forces nothing: of two that
    /// apply one name at the same moment, the server refuses one.
    /// </summary>
    public static ApplyOptions OptionsFor(Lease lease) => new(lease.Created ? "kontrakt" : lease.ServiceAccount) { Force = lease.Created };

    /// <param name="later">What is only tried now.</param>
    /// <returns>What the server made of the items.</returns>
    /// <exception cref="KontraktException">Everything that was refused.</exception>
    public async Task<IReadOnlyCollection<(Manifest Manifest, KubernetesObject Applied)>> ApplyAsync(IReadOnlyList<ApplyItem> items, IReadOnlyList<ApplyItem> later, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach (var phase in ApplyOrder.Phases(items))
            await PhaseAsync(phase, tryOnly: !_refused.IsEmpty, cancellationToken);
        foreach (var phase in ApplyOrder.Phases(later))
            await PhaseAsync(phase, tryOnly: true, cancellationToken);
        KontraktException.ThrowIfAny([.. _refused.OrderBy(each => each.Item.Order).SelectMany(each => ApplyRefusals.Describe(each.Item, each.Refusal, lease))]);
        log.Report(new RunEvent.KontraktProgress(lease.Kontrakt,
            string.Create(CultureInfo.InvariantCulture, $"applied {CountText.Format(items.Count, "object")} in {clock.Elapsed.TotalSeconds:0.0} s{(later.Count == 0 ? "" : $"; {later.Count} later")}")));
        return _applied;
    }

    /// <summary>What the server refuses of the items for themselves, each with its order; none is made.</summary>
    public async Task<IReadOnlyList<(int Order, Diagnostic Diagnostic)>> TryAsync(IReadOnlyList<ApplyItem> items, CancellationToken cancellationToken)
    {
        await PhaseAsync(items, tryOnly: true, cancellationToken);
        return [.. _refused.SelectMany(each => ApplyRefusals.Describe(each.Item, each.Refusal, lease).Select(diagnostic => (each.Item.Order, diagnostic)))];
    }

    /// <param name="tryOnly">After a phase with errors nothing more is made, but what else is wrong is still found.</param>
    private async Task PhaseAsync(IReadOnlyList<ApplyItem> phase, bool tryOnly, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(phase, options, async (item, token) =>
        {
            try
            {
                await ApplyOneAsync(item, tryOnly, token);
            }
            catch (KubernetesException e) when (ApplyRefusals.IsLost(e))
            {
                throw new KontraktException([ClusterFaults.Describe(e, lease.Caller.Connection, $"{item.Manifest.Title} of kontrakt '{lease.Kontrakt}' was applied", item.Manifest.Locate())], e);
            }
            catch (KubernetesException e) when (!tryOnly || ApplyRefusals.IsAboutTheObjectAlone(e))
            {
                _refused.Add((item, e));
            }
            catch (KubernetesException)
            {
                // Refused because of what failed before it: its own turn comes when that is fixed.
            }
        });
    }

    private async Task ApplyOneAsync(ApplyItem item, bool tryOnly, CancellationToken cancellationToken)
    {
        var result = await ApplyRetry.RunAsync(item, lease, token =>
            lease.Account.ApplyAsync(item.Target, item.Body, OptionsFor(lease) with { DryRun = tryOnly }, token), cancellationToken);
        if (tryOnly)
            return;
        _applied.Add((item.Manifest, result.Object));
        log.Report(new RunEvent.Detail($"kontrakt '{lease.Kontrakt}': applied {item.Manifest.Title}"));
        foreach (var warning in result.Warnings)
            log.Report(new RunEvent.KontraktProgress(lease.Kontrakt, $"{item.Manifest.Locate()}: {item.Manifest.Title}: the API server warns: {warning}"));
    }
}

/// <summary>One object on its way to the server.</summary>
/// <param name="Order">Its place among the manifests, in which errors are reported.</param>
/// <param name="Body">What is sent: the manifest, with what a lease adds.</param>
internal sealed record ApplyItem(int Order, Manifest Manifest, ResourceName Target, KubernetesObject Body)
{
    public string Kind => Manifest.Object.Kind;
    public string Name => Manifest.Object.Name;

    /// <summary>The place of the value at a server's field path ("spec.ports[0].port"), or of the nearest node above it.</summary>
    public SourceLocation Locate(string field) => Manifest.Locate([.. FieldPath.Parse(field, Manifest.Object.Json)]);

    /// <summary>The place of the key that a path ends with: where a field itself, not its value, is wrong.</summary>
    public SourceLocation LocateKey(IReadOnlyList<object> path) => Manifest.LocateKey(path);
}

/// <summary>
/// The order of applying, as kapp's default rules have it: what others depend on first. Within a phase nothing depends on anything. Services come
/// before pods, whose environment and names then exist from the first moment; nothing waits for a phase to become ready.
/// </summary>
internal static class ApplyOrder
{
    private static readonly HashSet<string> Foundations = new(StringComparer.Ordinal)
    {
        "ClusterRole", "PriorityClass", "StorageClass", "ServiceAccount", "Secret", "ConfigMap", "Role", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodDisruptionBudget", "PersistentVolumeClaim",
    };

    private static readonly HashSet<string> Links = new(StringComparer.Ordinal) { "ClusterRoleBinding", "RoleBinding", "Service", "Endpoints", "EndpointSlice" };

    /// <summary>Foundations, then what links them and gives names, then everything else; empty phases left out.</summary>
    public static IReadOnlyList<IReadOnlyList<ApplyItem>> Phases(IEnumerable<ApplyItem> items) =>
        [.. items.GroupBy(item => Phase(item.Kind)).OrderBy(phase => phase.Key).Select(phase => phase.ToList())];

    /// <summary>Without which others cannot even be written.</summary>
    public static bool IsBeforeOthers(string kind) => kind is "Namespace" or "CustomResourceDefinition";

    private static int Phase(string kind) => Foundations.Contains(kind) ? 0 : Links.Contains(kind) ? 1 : 2;
}
