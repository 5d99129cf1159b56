using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs.Looking;

/// <summary>The log files of one pod that a run has saved; they were redacted when they were written.</summary>
internal sealed class SavedLogs
{
    private static readonly string[] KindsWithPods = ["job", "deployment", "statefulset", "daemonset", "replicaset", "cronjob"];

    private readonly string _folder;
    private readonly string _pod;

    private SavedLogs(string kontrakt, string folder, string pod) => (Kontrakt, _folder, _pod) = (kontrakt, folder, pod);

    public string Kontrakt { get; }

    /// <summary>"orders/pod/smoke".</summary>
    public string Title => $"{Kontrakt}/{KindNames.Pod}/{_pod}";

    /// <summary>The pods that an address may be of. What makes pods names them after itself; it is gone, so nothing else says whose they were.</summary>
    public static IReadOnlyList<SavedLogs> Of(KeptRun run, ObjectAddress address)
    {
        var (all, kind) = (All(run, address.Kontrakt), KindNames.Singular(address.Kind));
        return kind == KindNames.Pod ? [.. all.Where(each => each._pod == address.Name)]
            : KindsWithPods.Contains(kind, StringComparer.Ordinal) ? [.. all.Where(each => each._pod.StartsWith($"{address.Name}-", StringComparison.Ordinal))] : [];
    }

    public static IReadOnlyList<SavedLogs> All(KeptRun run, string? kontrakt) =>
        [.. from name in run.Names
            where kontrakt is null || name == kontrakt
            let folder = run.FolderOf(name)
            where Directory.Exists(Path.Combine(folder, LogCapture.Logs))
            from pod in Directory.GetDirectories(Path.Combine(folder, LogCapture.Logs)).Order(StringComparer.Ordinal)
            select new SavedLogs(name, folder, Path.GetFileName(pod))];

    /// <summary>The container of this name; without one, the first of the pod that has a log.</summary>
    /// <exception cref="KontraktException">KTR1201: there is none of this name. KTR3041: it wrote no log.</exception>
    public string Container(string? name, bool previous, IRunLog log)
    {
        var pod = RunObservation.Find(_folder)?.Pods.FirstOrDefault(each => each.Name == _pod);
        string[] known = [.. pod?.Containers.OrderBy(each => each.Init).Select(each => each.Name) ?? []];
        string[] written = [.. Directory.GetFiles(Path.Combine(_folder, LogCapture.Logs, _pod), previous ? "*.previous.log" : "*.log").Select(Path.GetFileName).OfType<string>()
            .Where(file => previous || !file.EndsWith(".previous.log", StringComparison.Ordinal)).Select(file => file[..file.IndexOf('.', StringComparison.Ordinal)]).Order(StringComparer.Ordinal)];
        string[] all = [.. known.Union(written)];
        if (name is not null && !all.Contains(name, StringComparer.Ordinal))
        {
            var nearest = NearestName.Of(name, all);
            throw Ktr.ContainerUnknown.Error(null, Title, name, nearest is null ? "" : $" (did you mean '{nearest}'?)", string.Join(", ", all));
        }
        var chosen = name ?? all.FirstOrDefault(each => written.Contains(each, StringComparer.Ordinal));
        if (chosen is null || !written.Contains(chosen, StringComparer.Ordinal))
            throw Ktr.NoLog.Error(null, chosen ?? string.Join(", ", all), Title, previous ? " of a run before its last one" : "", "the pod is gone, and none was saved");
        if (name is null && all.Length > 1)
            log.Report(new RunEvent.Progress($"{Title} had several containers; this is {chosen} (--container names one: {string.Join(", ", all)})"));
        return chosen;
    }

    public async IAsyncEnumerable<string> ReadAsync(string container, bool previous, int? tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        await foreach (var line in File.ReadLinesAsync(LogCapture.FileOf(_folder, _pod, container, previous), cancellationToken))
        {
            if (tail is null)
                yield return line;
            else if (tail > 0)
                last.Enqueue(line);
            if (last.Count > tail)
                last.Dequeue();
        }
        foreach (var line in last)
            yield return line;
    }
}
