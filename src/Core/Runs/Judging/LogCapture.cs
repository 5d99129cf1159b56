using Kontrakt.Diagnostics;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>Reads containers' logs: what an error shows into memory, and all of it (within bounds) into a file.</summary>
internal sealed class LogCapture(KontraktWork work, Redactor redactor)
{
    /// <summary>Of a log larger than both bounds the middle is left out: what began it and what ended it tell most.</summary>
    private const int HeadCharacters = 8 * 1024 * 1024;
    private const int TailCharacters = 2 * 1024 * 1024;

    /// <summary>The folder of logs in a kontrakt's folder of the run.</summary>
    public const string Logs = "logs";

    /// <summary>Of a log that is not kept: how much is read before its last lines, for errors above them.</summary>
    private const int LinesBefore = 1000;

    /// <summary>Where a container's log is kept below a kontrakt's folder of the run.</summary>
    public static string FileOf(string folder, string pod, string container, bool previous) => Path.Combine(folder, Logs, pod, $"{container}{(previous ? ".previous" : "")}.log");

    /// <summary>The lines that an error shows; null where the container has no such log (it never started, or has no previous run).</summary>
    public Task<IReadOnlyList<string>?> TailAsync(string pod, string container, bool previous, CancellationToken cancellationToken) =>
        ReadAsync(pod, new LogOptions(container) { Previous = previous, TailLines = work.Settings.LogLines + LinesBefore }, null, cancellationToken);

    /// <summary>Writes the log to a file (none where the log is empty) and gives the lines that an error shows.</summary>
    public Task<IReadOnlyList<string>?> SaveAsync(string pod, string container, bool previous, string file, CancellationToken cancellationToken) =>
        ReadAsync(pod, new LogOptions(container) { Previous = previous }, file, cancellationToken);

    /// <summary>The same of a log that is open already. One that breaks off is kept as far as it came.</summary>
    /// <param name="file">Null: only the lines that an error shows are wanted.</param>
    public Task<IReadOnlyList<string>> SaveAsync(Stream stream, string? file, CancellationToken cancellationToken) => ReadAsync(stream, file, mayBreak: true, cancellationToken);

    private async Task<IReadOnlyList<string>?> ReadAsync(string pod, LogOptions options, string? file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await work.Lease.Caller.OpenLogAsync(work.Lease.Namespace, pod, options, cancellationToken);
            return await ReadAsync(stream, file, mayBreak: false, cancellationToken);
        }
        catch (KubernetesException e) when (e.Code is System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> ReadAsync(Stream stream, string? file, bool mayBreak, CancellationToken cancellationToken)
    {
        var telling = new TellingLines(work.Settings.LogLines);
        var ring = new Queue<string>();
        var (written, ringSize, leftOut) = (0L, 0L, 0L);
        StreamWriter? writer = null;
        try
        {
            await foreach (var line in LogReader.ReadAsync(stream, redactor, cancellationToken))
            {
                telling.Add(line);
                if (file is null)
                    continue;
                writer ??= Create(file);
                if (written < HeadCharacters)
                {
                    await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
                    written += line.Length + 1;
                    continue;
                }
                ring.Enqueue(line);
                ringSize += line.Length + 1;
                for (; ringSize > TailCharacters; leftOut++)
                    ringSize -= ring.Dequeue().Length + 1;
            }
            if (writer is not null && leftOut > 0)
                await writer.WriteLineAsync(TellingLines.LeftOut(leftOut));
            while (writer is not null && ring.TryDequeue(out var line))
                await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
        }
        catch (IOException e) when (mayBreak && (e is HttpIOException || e.InnerException is System.Net.Sockets.SocketException))
        {
            // Its pod was deleted; what came before that stays.
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync();
        }
        return telling.ToLines();
    }

    private static StreamWriter Create(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? ".");
        return new(file, append: false) { NewLine = "\n" };
    }
}
