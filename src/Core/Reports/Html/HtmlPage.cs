using System.Buffers;
using System.Text;

namespace Kontrakt.Reports.Html;

/// <summary>HTML into a stream, piece by piece. What is not markup of this program goes through <see cref="Text"/>.</summary>
internal sealed class HtmlPage(Stream stream) : IDisposable
{
    /// <summary>What would end an element or an attribute, and what no HTML may hold: control characters but tab and line feed.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(
        ['&', '<', '>', '"', '\'', .. Enumerable.Range(0, 32).Where(code => code is not (9 or 10)).Concat(Enumerable.Range(127, 33)).Select(code => (char)code)]);

    // Lone surrogates become U+FFFD on the way out.
    private readonly StreamWriter _writer = new(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };

    /// <summary>Markup.</summary>
    public HtmlPage Markup(string markup)
    {
        _writer.Write(markup);
        return this;
    }

    /// <summary>Any text, within an element or an attribute's quotes.</summary>
    public HtmlPage Text(ReadOnlySpan<char> text)
    {
        for (int at; (at = text.IndexOfAny(Special)) >= 0; text = text[(at + 1)..])
        {
            _writer.Write(text[..at]);
            _writer.Write(text[at] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                // A carriage return is a line's end with or without the line feed behind it.
                '\r' => "",
                _ => "\uFFFD",
            });
        }
        _writer.Write(text);
        return this;
    }

    /// <summary>An element that holds only text.</summary>
    public HtmlPage Element(string name, string? text, string attributes = "") =>
        Markup($"<{name}{(attributes.Length == 0 ? "" : " " + attributes)}>").Text(text).Markup($"</{name}>");

    public void Dispose() => _writer.Dispose();
}
