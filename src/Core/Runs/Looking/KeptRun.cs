using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs.Looking;

/// <summary>What a run, one that goes on or one that has ended, still has on its cluster.</summary>
public sealed class KeptRun : IDisposable
{
    private const int MostNames = 12;

    private readonly OpenRun _run;
    private readonly ClusterClient? _client;
    private readonly string? _why;

    private KeptRun(OpenRun run, ClusterClient? client, IReadOnlyList<KeptKontrakt> kontrakts, string? why) => (_run, _client, Kontrakts, _why) = (run, client, kontrakts, why);

    internal IReadOnlyList<KeptKontrakt> Kontrakts { get; }

    internal RunRecord Record => _run.Record;

    internal IRunLog Log => _run.Log;

    internal IReadOnlyList<string> Names => [.. Record.Kontrakts.Select(kontrakt => kontrakt.Name)];

    internal string FolderOf(string kontrakt) => _run.Store.KontraktFolder(kontrakt);

    /// <summary>Looks into a run; what the cluster refuses meanwhile is a diagnostic.</summary>
    /// <param name="what">What is looked at, for the error.</param>
    /// <exception cref="KontraktException">The cluster cannot be used, or refused; or what the action throws.</exception>
    public static async Task<T> LookAsync<T>(OpenRun run, string what, Func<KeptRun, Task<T>> look, CancellationToken cancellationToken)
    {
        using var kept = await OpenAsync(run, cancellationToken);
        try
        {
            return await look(kept);
        }
        catch (KubernetesException e) when (kept._client is not null)
        {
            throw new KontraktException([ClusterFaults.Describe(e, kept._client.Connection, $"{what} was looked at")], e);
        }
    }

    /// <summary>The object of a name; null where none has it.</summary>
    /// <exception cref="KontraktException">KTR1200: there is no such kontrakt or kind, or more than one kontrakt has it.</exception>
    internal async Task<KeptObject?> FindAsync(ObjectAddress address, CancellationToken cancellationToken)
    {
        var among = Among(address.Kontrakt);
        if (among.Count == 0)
            return null;
        var resource = await KindAsync(among[0].Client, address.Kind, cancellationToken);
        KeptObject[] found = [.. (await Task.WhenAll(among.Select(kontrakt => kontrakt.FindAsync(resource, address.Name, cancellationToken)))).OfType<KeptObject>()];
        return found.Length < 2 ? found.FirstOrDefault()
            : throw Ktr.LookName.Error(null, address, "more than one kontrakt has it; write which one", string.Join(", ", found.Select(each => each.Title)));
    }

    /// <summary>The object that somebody typed.</summary>
    /// <exception cref="KontraktException">KTR1200 as above, or there is none; KTR3040: its kontrakt is not on the cluster any more.</exception>
    internal async Task<KeptObject> RequireAsync(string name, CancellationToken cancellationToken)
    {
        var address = ObjectAddress.Parse(name, Names);
        return await FindAsync(address, cancellationToken) ?? throw await MissingAsync(address, [], cancellationToken);
    }

    /// <summary>There is no such object: what resembles it, and what exists.</summary>
    /// <param name="saved">Names of what has only its log left.</param>
    internal async Task<KontraktException> MissingAsync(ObjectAddress address, IReadOnlyCollection<string> saved, CancellationToken cancellationToken)
    {
        var among = Among(address.Kontrakt);
        if (among.Count == 0 && saved.Count == 0)
            return NothingKept(address.Kontrakt);
        var there = among.Count == 0 ? [] : await ListAsync(among, await KindAsync(among[0].Client, address.Kind, cancellationToken), cancellationToken);
        string[] names = [.. there.Select(each => each.Title).Union(saved)];
        var nearest = NearestName.Of(address.Name, names.Select(name => name[(name.LastIndexOf('/') + 1)..]));
        var full = names.FirstOrDefault(name => name.EndsWith($"/{nearest}", StringComparison.Ordinal));
        var where = address.Kontrakt is { } kontrakt ? $"kontrakt '{kontrakt}' has" : among.Count == 1 && saved.Count == 0 ? $"kontrakt '{among[0].Name}' has" : "the run has";
        return Ktr.LookName.Error(null, address, $"{where} no {KindNames.Singular(address.Kind)} '{address.Name}'{(full is null ? "" : $" (did you mean '{full}'?)")}",
            names.Length == 0 ? $"nothing of this kind ('kontrakt get' lists the others)" : Cut(names));
    }

    internal static async Task<IReadOnlyList<KeptObject>> ListAsync(IEnumerable<KeptKontrakt> among, ApiResource resource, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(among.Select(kontrakt => kontrakt.ListAsync(resource, cancellationToken)))).SelectMany(each => each)];

    /// <summary>Those that still exist: all, or the one of this name.</summary>
    /// <exception cref="KontraktException">KTR1200: the run never had it.</exception>
    internal IReadOnlyList<KeptKontrakt> Among(string? kontrakt)
    {
        if (kontrakt is null)
            return Kontrakts;
        if (Names.Contains(kontrakt, StringComparer.Ordinal))
            return [.. Kontrakts.Where(each => each.Name == kontrakt)];
        var nearest = NearestName.Of(kontrakt, Names);
        throw Ktr.LookName.Error(null, kontrakt, $"the run '{Record.Id}' has no kontrakt of this name{(nearest is null ? "" : $" (did you mean '{nearest}'?)")}", $"kontrakts {Cut(Names)}");
    }

    /// <exception cref="KontraktException">KTR1200: the cluster has no such kind.</exception>
    internal async Task<ApiResource> KindAsync(ClusterClient client, string word, CancellationToken cancellationToken)
    {
        if (await KindNames.FindAsync(client, word, cancellationToken) is { } found)
            return found;
        var nearest = await KindNames.NearestAsync(client, word, Names, cancellationToken);
        throw Ktr.LookName.Error(null, word, $"the cluster has no kind of this name, and the run no such kontrakt{(nearest is null ? "" : $" (did you mean '{nearest}'?)")}",
            $"kontrakts {Cut(Names)}, and kinds such as pod, svc, deploy, job");
    }

    /// <summary>The kontrakt, or all of them, is not on the cluster any more: why, and what to type.</summary>
    internal KontraktException NothingKept(string? kontrakt)
    {
        var record = Record.Kontrakts.FirstOrDefault(each => each.Name == (kontrakt ?? Record.Kontrakts[0].Name));
        var why = _why ?? record switch
        {
            null => "it had no kontrakt",
            { Cached: not null } => "its verdict was kept from an earlier run, so nothing was started",
            { Namespace: null } => "it has not been applied",
            { Namespace.Deleted: true } => "its namespace was deleted when it had ended",
            _ => "its namespace no longer exists: it was deleted, or has expired",
        };
        return Ktr.NothingKept.Error(null, kontrakt is null ? $"the run '{Record.Id}'" : $"kontrakt '{kontrakt}' of the run '{Record.Id}'", why, record?.Name ?? "NAME");
    }

    public void Dispose()
    {
        foreach (var kontrakt in Kontrakts)
            kontrakt.Dispose();
        _client?.Dispose();
    }

    private static string Cut(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");

    private static async Task<KeptRun> OpenAsync(OpenRun run, CancellationToken cancellationToken)
    {
        if (!run.Record.Kontrakts.Any(kontrakt => kontrakt.Namespace is { Deleted: false }))
            return new(run, null, [], null);
        var own = await OwnCluster.OpenAsync(run, cancellationToken);
        if (own.Client is not { } client)
            return new(run, null, [], own.Other is null ? "it was on the embedded engine, which has ended since"
                : $"it is on cluster '{run.Record.Cluster?.Name}' at {run.Record.Cluster?.Server}, and {own.Other} (--context and --kubeconfig name a cluster)");
        try
        {
            var kontrakts = await Task.WhenAll(run.Record.Kontrakts.Select(kontrakt => KeptKontrakt.FindAsync(run, client, kontrakt, cancellationToken)));
            return new(run, client, [.. kontrakts.OfType<KeptKontrakt>()], null);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
