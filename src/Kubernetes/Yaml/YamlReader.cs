using Kontrakt.Kubernetes.Cel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>
/// Builds the tree of one text from YamlDotNet's events. The events' marks are put right where a replacement needs more than a message does:
/// a scalar begins after its anchor and tag, a block scalar ends with its last line, a mapping with its last value.
/// </summary>
internal sealed class YamlReader
{
    private readonly string path;
    private readonly string text;
    /// <summary>What YamlDotNet does not see: the byte order mark.</summary>
    private readonly int shift;
    /// <summary>Whether values may be expressions.</summary>
    private readonly bool expressions;
    private readonly List<YamlScalar> scalars = [];
    /// <summary>Anchors of the document; a null node is one that is still being read.</summary>
    private readonly Dictionary<string, (YamlNode? Node, long Size)> anchors = new(StringComparer.Ordinal);
    private readonly Stack<YamlMark> openFlows = new();
    private readonly Scanner scanner;
    private readonly Parser events;
    private YamlMark? endOfText;
    private long size;
    private int depth;
    /// <summary>The end of the last scalar that was read.</summary>
    private YamlMark last = new(0, 1, 1);

    public YamlReader(string path, string text, bool expressions)
    {
        (this.path, this.text, this.expressions, shift) = (path, text, expressions, text.StartsWith('\uFEFF') ? 1 : 0);
        scanner = new(new StringReader(text[shift..]), skipComments: true);
        events = new(new VersionlessScanner(scanner));
    }

    public YamlFile Read()
    {
        try
        {
            return new(path, text, ReadDocuments()) { Scalars = scalars };
        }
        catch (YamlException exception)
        {
            throw Translate(exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What the scanner throws for some broken texts, such as a block key inside of a flow collection; it has no place.
            throw Fault(WhereReadingStopped(), YamlFault.Syntax, openFlows.TryPeek(out var open)
                ? $"the bracket opened at line {open.Line}, column {open.Column} is not closed before what follows here"
                : "what follows here cannot be read");
        }
    }

    private List<YamlNode> ReadDocuments()
    {
        var documents = new List<YamlNode>();
        while (events.MoveNext())
        {
            if (events.Current is not DocumentStart)
                continue;
            anchors.Clear();
            size = 0;
            events.MoveNext();
            var root = ReadNode();
            if (root is not YamlScalar scalar || !YamlValues.IsNull(scalar))
                documents.Add(root);
        }
        return documents;
    }

    private YamlNode ReadNode()
    {
        if (events.Current is AnchorAlias alias)
            return ReadAlias(alias);
        if (events.Current is not NodeEvent start)
            throw Fault(last, YamlFault.Syntax, "what follows here lacks a key or a value");
        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        var before = size;
        if (anchor is not null)
            anchors[anchor] = (null, 0);
        Grow(start, 1);
        YamlNode node = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            MappingStart or SequenceStart => ReadCollection(start),
            _ => throw Fault(Mark(start.Start), YamlFault.Syntax, "a value is missing here"),
        };
        if (anchor is not null)
            anchors[anchor] = (node, size - before);
        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out var anchored))
            throw Fault(Mark(alias.Start), YamlFault.Syntax, $"the alias '*{alias.Value.Value}' has no anchor '&{alias.Value.Value}' before it in this document");
        if (anchored.Node is null)
            throw Fault(Mark(alias.Start), YamlFault.Syntax, $"the alias '*{alias.Value.Value}' is inside its own anchor");
        Grow(alias, anchored.Size);
        return anchored.Node;
    }

    /// <summary>Counts what a document comes to with its aliases written out, so that a few nested aliases cannot fill the memory.</summary>
    private void Grow(ParsingEvent at, long by)
    {
        size += by;
        if (size > YamlFile.MaxExpansion)
            throw Fault(Mark(at.Start), YamlFault.TooLarge, $"with its aliases written out it comes to more than {YamlFile.MaxExpansion:N0} nodes and characters");
    }

    private YamlNode ReadCollection(NodeEvent start)
    {
        if (++depth > YamlFile.MaxDepth)
            throw Fault(Mark(start.Start), YamlFault.TooLarge, $"it nests deeper than {YamlFile.MaxDepth} levels");
        var flow = start is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow };
        if (flow)
            openFlows.Push(Mark(start.Start));
        YamlNode node = start is MappingStart mapping ? ReadMapping(mapping) : ReadSequence((SequenceStart)start);
        if (flow)
            openFlows.Pop();
        depth--;
        return node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var style = scalar.Style switch
        {
            ScalarStyle.SingleQuoted => YamlStyle.SingleQuoted,
            ScalarStyle.DoubleQuoted => YamlStyle.DoubleQuoted,
            ScalarStyle.Literal => YamlStyle.Literal,
            ScalarStyle.Folded => YamlStyle.Folded,
            _ => YamlStyle.Plain,
        };
        var (start, end) = Bounds(scalar, style);
        var read = new YamlScalar(scalar.Value, style, scalar.Tag.IsEmpty ? null : scalar.Tag.Value, start, end);
        if (!(expressions && YamlValues.IsExpression(read)) && YamlValues.Problem(read) is { } problem)
            throw Fault(Mark(scalar.Start), problem.Fault, problem.Message);
        Grow(scalar, scalar.Value.Length);
        scalars.Add(read);
        last = end;
        return read;
    }

    private YamlMapping ReadMapping(MappingStart start)
    {
        CheckTag(start, "map");
        var entries = new MappingEntries(path);
        var end = Mark(start.End);
        while (events.MoveNext() && events.Current is not MappingEnd)
        {
            var keyStart = Mark(Current.Start);
            if (ReadNode() is not YamlScalar key)
                throw Fault(keyStart, YamlFault.Syntax, "a key has to be a scalar in a Kubernetes manifest");
            if (YamlValues.IsExpression(key) || (expressions && key.Value == CelExpression.Tag))
                throw Fault(keyStart, YamlFault.Syntax, $"'{CelExpression.Tag}' marks a value, not a key: status: {CelExpression.Tag} has(self.phase)");
            events.MoveNext();
            var value = ReadNode();
            entries.Add(new(key, value), keyStart);
            end = Later(end, Later(key.End, value.End));
        }
        return new(entries.List, Mark(start.Start), start.Style == MappingStyle.Flow ? AfterBracket() : end);
    }

    private YamlSequence ReadSequence(SequenceStart start)
    {
        CheckTag(start, "seq");
        var items = new List<YamlNode>();
        var end = Mark(start.End);
        while (events.MoveNext() && events.Current is not SequenceEnd)
        {
            items.Add(ReadNode());
            end = Later(end, items[^1].End);
        }
        return new(items, Mark(start.Start), start.Style == SequenceStyle.Flow ? AfterBracket() : end);
    }

    /// <summary>An alias ends where its anchor's node ends, which may be far above.</summary>
    private static YamlMark Later(YamlMark one, YamlMark other) => one.Offset >= other.Offset ? one : other;

    private ParsingEvent Current => events.Current ?? throw new InvalidOperationException("the reader is before the first event");

    private YamlMark AfterBracket()
    {
        var mark = Mark(Current.Start);
        return new(mark.Offset + 1, mark.Line, mark.Column + 1);
    }

    private void CheckTag(NodeEvent start, string expected)
    {
        if (!start.Tag.IsEmpty && start.Tag.Value is not "!" && start.Tag.Value != YamlValues.TagPrefix + expected)
            throw Fault(Mark(start.Start), YamlFault.UnknownTag, YamlValues.UnknownTag(start.Tag.Value));
    }

    /// <summary>Where the scalar's own characters begin (after anchor and tag) and end (a block scalar: with its last line that is not blank).</summary>
    private (YamlMark Start, YamlMark End) Bounds(Scalar scalar, YamlStyle style)
    {
        var (start, end) = (Mark(scalar.Start), Mark(scalar.End));
        if (scalar.Anchor.IsEmpty && scalar.Tag.IsEmpty && style < YamlStyle.Literal)
            return (start, end);
        var (from, to) = (AfterProperties(start.Offset, scalar), end.Offset);
        if (style >= YamlStyle.Literal)
            while (to > from && text[to - 1] is ' ' or '\t' or '\n' or '\r')
                to--;
        if (style == YamlStyle.Plain && scalar.Value.Length == 0)
            to = from;
        return (MarkFrom(start, from), to == end.Offset ? end : MarkFrom(start, to));
    }

    private int AfterProperties(int at, Scalar scalar)
    {
        if (scalar.Anchor.IsEmpty && scalar.Tag.IsEmpty)
            return at;
        var empty = scalar.Value.Length == 0 && scalar.Style == ScalarStyle.Plain;
        while (at < text.Length && text[at] is '&' or '!')
        {
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && !(empty && text[at] is ',' or ']' or '}'))
                at++;
            var next = SkipBlank(at);
            if (next == text.Length || (empty && text[next] is not ('&' or '!')))
                return at;
            at = next;
        }
        return at;
    }

    /// <summary>Skips spaces, line ends and comments.</summary>
    private int SkipBlank(int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '#'))
            if (text[at] == '#')
                while (at < text.Length && text[at] is not ('\n' or '\r' or '\u0085' or '\u2028' or '\u2029'))
                    at++;
            else
                at++;
        return at;
    }

    /// <summary>The mark of an offset, counted on from an earlier mark.</summary>
    private YamlMark MarkFrom(YamlMark from, int offset)
    {
        var (line, lineStart) = (from.Line, from.Offset - from.Column + 1);
        for (var at = from.Offset; at < offset; at++)
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')))
                (line, lineStart) = (line + 1, at + 1);
        return new(offset, line, offset - lineStart + 1);
    }

    /// <summary>YamlDotNet counts the end of the text as a line of its own.</summary>
    private YamlMark Mark(in Mark mark) => (int)mark.Index + shift < text.Length
        ? new((int)mark.Index + shift, (int)mark.Line, (int)mark.Column)
        : endOfText ??= YamlText.MarkAt(text, text.Length);

    private YamlSyntaxException Fault(YamlMark mark, YamlFault fault, string message) => new(path, mark, fault, message);

    /// <summary>YamlDotNet places an error with tabs at the mapping around it, and one about a missing bracket at the end of the file.</summary>
    private YamlSyntaxException Translate(YamlException exception)
    {
        var offset = Math.Min((int)exception.Start.Index + shift, text.Length);
        var message = exception.Message.TrimEnd('.');
        message = char.ToLowerInvariant(message[0]) + message[1..];
        if (message.Contains(" tab ", StringComparison.Ordinal) && FirstTab(offset) is { } tab)
            return Fault(YamlText.MarkAt(text, tab), YamlFault.Syntax, "a tab is where only spaces may indent");
        return Fault(YamlText.MarkAt(text, offset), YamlFault.Syntax, message + OpenBracket() + AfterExpression(offset));
    }

    /// <summary>The first character of the line that the scanner has come to, or the end of the last scalar where that is further.</summary>
    private YamlMark WhereReadingStopped()
    {
        var at = Math.Min((int)scanner.CurrentPosition.Index + shift, text.Length);
        while (at > 0 && text[at - 1] is not ('\n' or '\r'))
            at--;
        while (at < text.Length && text[at] == ' ')
            at++;
        return at > last.Offset ? YamlText.MarkAt(text, at) : last;
    }

    private string OpenBracket() => openFlows.TryPeek(out var open) ? $" (the bracket opened at line {open.Line}, column {open.Column}, may not be closed)" : "";

    /// <summary>Many expressions are not plain scalars of YAML.</summary>
    private string AfterExpression(int offset) => expressions && offset > 0 && text.LastIndexOf(CelExpression.Tag + " ", offset - 1, StringComparison.Ordinal) is var tag and >= 0
        && text.AsSpan(tag, offset - tag).Count('\n') < 2 ? "; " + CelExpression.Quote : "";

    /// <summary>The first tab in a line's indentation, from the line of an offset on.</summary>
    private int? FirstTab(int from)
    {
        for (var lineStart = text.LastIndexOf('\n', Math.Max(0, from - 1)) + 1; lineStart < text.Length;)
        {
            var at = lineStart;
            while (at < text.Length && text[at] == ' ')
                at++;
            if (at < text.Length && text[at] == '\t')
                return at;
            var end = text.IndexOf('\n', at);
            lineStart = end < 0 ? text.Length : end + 1;
        }
        return null;
    }
}
