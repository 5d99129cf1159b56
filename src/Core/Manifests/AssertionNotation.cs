using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>
/// Checks how an assertion is written: its expressions, and that it holds no notation of another tool, which would be compared literally and so be
/// true forever in an *.error.yaml.
/// </summary>
internal static partial class AssertionNotation
{
    /// <summary>Every problem of a document, in its order.</summary>
    /// <param name="shown">The path that diagnostics name.</param>
    public static IReadOnlyList<Diagnostic> Problems(YamlNode document, string shown)
    {
        var problems = new List<Diagnostic>();
        Visit(document, shown, problems, new(ReferenceEqualityComparer.Instance));
        return problems;
    }

    /// <param name="seen">Nodes that were visited: an alias leads to one again.</param>
    private static void Visit(YamlNode node, string shown, List<Diagnostic> problems, HashSet<YamlNode> seen)
    {
        if (!seen.Add(node))
            return;
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    if (ForeignNotations.OfKey(entry) is { } foreign)
                        problems.Add(foreign.At(entry.Key.In(shown)));
                    else
                        Visit(entry.Value, shown, problems, seen);
                }
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                    Visit(item, shown, problems, seen);
                break;
            case YamlScalar { Tag: CelExpression.Tag } expression:
                problems.AddRange(Check(expression, shown));
                break;
            // Compared literally, it would always be true in an *.error.yaml.
            case YamlScalar { Style: < YamlStyle.Literal } text when Untagged().IsMatch(text.Value):
                problems.Add(Ktr.ExpressionInvalid.At(text.In(shown), ExpressionPlace.Short(text.Value),
                    text.Value.StartsWith(CelExpression.Tag, StringComparison.Ordinal) ? $"the tag {CelExpression.Tag} is inside of the quotes, so this is a text. Write the quotes after it: {CelExpression.Tag} \"...\""
                    : $"it has no tag, so this is a text. Write {CelExpression.Tag} before it; if it is just text, compare it with an expression: {CelExpression.Tag} self == \"...\""));
                break;
            case YamlScalar value when ForeignNotations.OfValue(value) is { } foreign:
                problems.Add(foreign.At(value.In(shown)));
                break;
        }
    }

    private static IEnumerable<Diagnostic> Check(YamlScalar scalar, string shown)
    {
        try
        {
            CelExpression.Parse(scalar.Value);
            return [];
        }
        catch (CelSyntaxException fault)
        {
            var mark = ExpressionPlace.Of(scalar, fault.Offset);
            // YAML may have ended it before its end.
            var hint = scalar.Style == YamlStyle.Plain && fault.Offset >= scalar.Value.Length ? $" ({CelExpression.Quote})" : "";
            return [Ktr.ExpressionInvalid.At(new(shown, mark.Line, mark.Column), ExpressionPlace.Short(scalar.Value), fault.Message + hint)];
        }
    }

    // The tag as text, or what begins as expressions about a value do: self == ..., self.startsWith(...), size(self) ...
    [GeneratedRegex(@"^\s*(!cel(\s|$)|self\s*(==|!=|[<>]=?|in\s)|(self|object)(\.\w+)*(\(|\s*(==|!=|[<>]=?)\s)|(size|has)\((self|object)\b)")]
    private static partial Regex Untagged();
}
