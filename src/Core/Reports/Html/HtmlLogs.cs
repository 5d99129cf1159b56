using System.Buffers;
using System.Globalization;
using System.Text;
using Kontrakt.Clusters.Pods;

namespace Kontrakt.Reports.Html;

/// <summary>
/// The logs of a run's containers. Of a long one the beginning and the end: what began it and what ended it tell most. The more logs there are, the
/// less of each, so that the page stays one that a browser opens.
/// </summary>
internal sealed class HtmlLogs
{
    private const int LargestPage = 16 * 1024 * 1024;
    private const int LeastOfALog = 8 * 1024, MostOfALog = 128 * 1024;

    private readonly string? _folder;
    private readonly int _limit;

    /// <param name="folder">The run's folder; null for none.</param>
    public HtmlLogs(string? folder)
    {
        _folder = folder;
        var count = folder is null ? 0 : Files(folder).Count;
        _limit = Math.Clamp(LargestPage / Math.Max(1, count), LeastOfALog, MostOfALog);
    }

    public void Write(HtmlPage page, string kontrakt)
    {
        if (_folder is null)
            return;
        var logs = Path.Combine(_folder, kontrakt, "logs");
        foreach (var file in Files(logs))
            Write(page, file, Path.GetRelativePath(logs, file).Replace('\\', '/'));
    }

    private void Write(HtmlPage page, string file, string name)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_limit);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            var size = stream.Length;
            page.Markup("<details class=\"part log\"><summary>Log ").Text(name).Text($", {Size(size)}").Markup("</summary>\n");
            var length = size <= _limit ? _limit : _limit / 4;
            var head = stream.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
            Part(page, $"Log {name}", WholeLines(buffer.AsSpan(0, head), cutEnd: size > _limit, cutBegin: false));
            if (size > _limit)
                Tail(page, stream, file, name, buffer);
            page.Markup("</details>\n");
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            page.Markup("<p class=\"note\">").Text($"The log {name} cannot be read: {gone.Message}").Markup("</p>\n");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Tail(HtmlPage page, FileStream stream, string file, string name, byte[] buffer)
    {
        var length = _limit - _limit / 4;
        page.Markup("<p class=\"note\">").Text($"{Size(stream.Length - _limit)} in the middle are left out here; the whole log is in ").Element("code", file).Markup("</p>\n");
        stream.Seek(-length, SeekOrigin.End);
        var read = stream.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
        Part(page, $"End of log {name}", WholeLines(buffer.AsSpan(0, read), cutEnd: false, cutBegin: true));
    }

    private static void Part(HtmlPage page, string name, ReadOnlySpan<byte> bytes)
    {
        page.Markup("<pre tabindex=\"0\" role=\"region\" aria-label=\"").Text(name).Markup("\">\n");
        foreach (var line in Encoding.UTF8.GetString(bytes).AsSpan().EnumerateLines())
            page.Text(line.ContainsAnyInRange('\0', '\x1f') || line.ContainsAnyInRange('\x7f', '\x9f') ? PlainText.Clean(line.ToString()) : line).Markup("\n");
        page.Markup("</pre>\n");
    }

    /// <summary>Without the pieces of lines at a cut; a line without end is cut where it is, but never within a character.</summary>
    private static ReadOnlySpan<byte> WholeLines(ReadOnlySpan<byte> bytes, bool cutEnd, bool cutBegin)
    {
        if (cutEnd && bytes.LastIndexOf((byte)'\n') is > 0 and var last)
            return bytes[..last];
        if (cutBegin && bytes.IndexOf((byte)'\n') is >= 0 and var first && first + 1 < bytes.Length)
            return bytes[(first + 1)..];
        while (cutBegin && bytes.Length > 0 && (bytes[0] & 0xC0) == 0x80)
            bytes = bytes[1..];
        return bytes;
    }

    private static List<string> Files(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
    };
}
