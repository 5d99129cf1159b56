using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>The place of a part of an expression in its file.</summary>
internal static class ExpressionPlace
{
    private const int MostShown = 200;

    /// <summary>Exact for what is written in one line or in a literal block; else where the expression begins.</summary>
    /// <param name="offset">In the scalar's value.</param>
    public static YamlMark Of(YamlScalar scalar, int offset)
    {
        var (start, end) = (scalar.Start, scalar.End);
        var quotes = scalar.Style is YamlStyle.SingleQuoted or YamlStyle.DoubleQuoted ? 1 : 0;
        // Without line ends and escapes, which make it longer than its value.
        if (scalar.Style < YamlStyle.Literal && start.Line == end.Line && end.Offset - start.Offset == scalar.Value.Length + 2 * quotes)
            return new(start.Offset + quotes + offset, start.Line, start.Column + quotes + offset);
        if (scalar.Style != YamlStyle.Literal)
            return start;
        var lines = scalar.Value.TrimEnd().Split('\n');
        var before = scalar.Value[..Math.Min(offset, scalar.Value.TrimEnd().Length)].Split('\n');
        // The last line ends where the block ends, so its indentation, that of all lines, is what its text leaves.
        var indentation = end.Column - 1 - lines[^1].Length;
        var column = indentation + before[^1].Length + 1;
        return new(start.Offset, end.Line - (lines.Length - before.Length), column);
    }

    /// <summary>The place of a part of the expression at a path.</summary>
    public static SourceLocation Locate(Manifest assertion, IReadOnlyList<object> path, int offset) =>
        assertion.Node.At([.. path]) is YamlScalar scalar && Of(scalar, offset) is var mark ? new(assertion.File, mark.Line, mark.Column) : assertion.Locate([.. path]);

    /// <summary>Where an assertion has an expression; the first place, if there are several.</summary>
    public static SourceLocation Find(Manifest assertion, string text) =>
        Scalars(assertion.Node).FirstOrDefault(scalar => scalar.Tag == CelExpression.Tag && scalar.Value == text) is { } scalar
            ? scalar.In(assertion.File)
            : assertion.Locate();

    private static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlScalar scalar => [scalar],
        YamlSequence list => list.Items.SelectMany(Scalars),
        YamlMapping map => map.Entries.SelectMany(entry => Scalars(entry.Value)),
        _ => [],
    };

    /// <summary>The expression in one line, for a message.</summary>
    public static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MostShown ? line : string.Concat(line.AsSpan(0, MostShown), " ...");
    }
}
