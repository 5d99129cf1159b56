using System.Text;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>What a container says of its end: the file that it may write, or else the end of its log.</summary>
internal static class TerminationMessage
{
    private const int Longest = 4096;
    private const int LongestLog = 2048;
    private const int MostLines = 80;

    /// <summary>Where a container finds the file.</summary>
    public static string PathIn(ContainerDefinition container) =>
        container.Text("terminationMessagePath") is { Length: > 0 } path ? path : "/dev/termination-log";

    /// <param name="file">The engine's side of it.</param>
    public static async Task<string> ReadAsync(ContainerDefinition container, string file, int exitCode, ContainerLog log, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(file, cancellationToken);
        return text.Length == 0 && exitCode != 0 && container.Text("terminationMessagePolicy") == "FallbackToLogsOnError"
            ? await TailAsync(log, cancellationToken)
            : text;
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[Longest];
            // The container may have put anything in its place, but only within the mounted file itself.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return Encoding.UTF8.GetString(buffer, 0, await file.ReadAtLeastAsync(buffer, Longest, throwOnEndOfStream: false, cancellationToken));
        }
        catch (IOException e)
        {
            return $"Error on reading termination log {path}: {e.Message}";
        }
    }

    private static async Task<string> TailAsync(ContainerLog log, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        await new LogCopy(log, new() { TailLines = MostLines }, output, TimeProvider.System).CopyAsync(cancellationToken);
        var bytes = output.ToArray();
        return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - LongestLog)));
    }
}
