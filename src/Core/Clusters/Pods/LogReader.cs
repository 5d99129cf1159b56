using Kontrakt.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kontrakt.Clusters.Pods;

/// <summary>The lines of a log, cleaned and redacted, from a stream of any length in little memory.</summary>
internal static class LogReader
{
    /// <summary>A line longer than this is given in pieces, cut so that no secret is cut.</summary>
    private const int LongestLine = 32 * 1024;

    public static IAsyncEnumerable<string> ReadAsync(Stream stream, Redactor redactor, CancellationToken cancellationToken) => ReadAsync(stream, _ => Task.FromResult(redactor), cancellationToken);

    /// <param name="current">Asked for each part that has been read: what is followed may show a secret that was made since.</param>
    public static async IAsyncEnumerable<string> ReadAsync(Stream stream, Func<CancellationToken, Task<Redactor>> current, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var redactor = Redactor.None;
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024, leaveOpen: true);
        var line = new StringBuilder();
        var buffer = new char[8 * 1024];
        for (int read; (read = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            redactor = await current(cancellationToken);
            foreach (var piece in Split(line, buffer.AsMemory(0, read), redactor))
                yield return piece;
        }
        if (line.Length > 0)
            yield return redactor.Redact(PlainText.Clean(line.ToString()));
    }

    private static IEnumerable<string> Split(StringBuilder line, ReadOnlyMemory<char> text, Redactor redactor)
    {
        while (text.Length > 0)
        {
            var end = text.Span.IndexOf('\n');
            if (end < 0)
            {
                line.Append(text);
                break;
            }
            line.Append(text[..end]);
            text = text[(end + 1)..];
            yield return redactor.Redact(PlainText.Clean(line.ToString()));
            line.Clear();
        }
        if (line.Length <= LongestLine + redactor.LongestValue)
            yield break;
        yield return Cut(line, redactor);
    }

    /// <summary>
    /// The beginning of a line without end. What is cleaned and redacted already goes back in front of the rest only so far as a secret
    /// could still begin in it.
    /// </summary>
    private static string Cut(StringBuilder line, Redactor redactor)
    {
        var clean = redactor.Redact(PlainText.Clean(line.ToString()));
        var keep = Math.Min(clean.Length, redactor.LongestValue);
        line.Clear().Append(clean.AsSpan(clean.Length - keep));
        return clean[..(clean.Length - keep)];
    }
}
