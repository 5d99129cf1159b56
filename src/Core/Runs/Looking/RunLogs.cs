using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs.Looking;

/// <summary>A log to show.</summary>
/// <param name="Name">Whose: a pod, or what has pods.</param>
public sealed record LogRequest(string Name)
{
    /// <summary>Null: the pod's first, or what its annotation says.</summary>
    public string? Container { get; init; }

    public bool Follow { get; init; }

    /// <summary>That of the container's run before its last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Only so many lines from its end.</summary>
    public int? Tail { get; init; }
}

/// <summary>Shows logs of a run: from the cluster, or where the pod is not there any more, from the files of the run.</summary>
public static class RunLogs
{
    /// <param name="write">Gets each line, redacted.</param>
    /// <exception cref="KontraktException">There is no such log, or the name is not one.</exception>
    public static Task<bool> ShowAsync(OpenRun run, LogRequest request, Func<string, Task> write, CancellationToken cancellationToken) =>
        KeptRun.LookAsync(run, $"the log of '{request.Name}'", async kept =>
        {
            var address = ObjectAddress.Parse(request.Name, kept.Names);
            if (await kept.FindAsync(address, cancellationToken) is { } found)
                await ShowAsync(await KeptPod.OfAsync(found, kept.Log, cancellationToken), request, kept.Log, write, cancellationToken);
            else
                await ShowSavedAsync(kept, address, request, write, cancellationToken);
            return true;
        }, cancellationToken);

    private static async Task ShowAsync(KeptPod pod, LogRequest request, IRunLog log, Func<string, Task> write, CancellationToken cancellationToken)
    {
        var options = new LogOptions(pod.Container(request.Container, log)) { Follow = request.Follow, Previous = request.Previous, TailLines = request.Tail };
        await foreach (var line in pod.ReadLogAsync(options, cancellationToken))
            await write(line);
        if (request.Follow)
            log.Report(new RunEvent.Progress($"{pod.Title}: the log has ended: {await pod.StateAsync(cancellationToken)}"));
    }

    private static async Task ShowSavedAsync(KeptRun kept, ObjectAddress address, LogRequest request, Func<string, Task> write, CancellationToken cancellationToken)
    {
        var saved = SavedLogs.Of(kept, address);
        if (saved.Count != 1)
            throw await kept.MissingAsync(address, [.. (saved.Count > 0 ? saved : SavedLogs.All(kept, address.Kontrakt)).Select(pod => pod.Title)], cancellationToken);
        var container = saved[0].Container(request.Container, request.Previous, kept.Log);
        kept.Log.Report(new RunEvent.Progress($"{saved[0].Title} is not on the cluster any more; this is its saved log"));
        await foreach (var line in saved[0].ReadAsync(container, request.Previous, request.Tail, cancellationToken))
            await write(line);
    }
}
