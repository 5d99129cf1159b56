using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>What chainsaw and kuttl write in their assertions, and what to write here.</summary>
internal static partial class ForeignNotations
{
    private const string Chainsaw = "chainsaw's assertion trees";
    private const string IsText = "If it is just text, compare it with an expression: !cel self == \"...\".";

    public static Found? OfKey(YamlEntry entry)
    {
        var key = entry.Key.Value;
        if (IsTemplate(key))
            return Templated(key);
        if (key.StartsWith('~'))
            return new(key, Chainsaw, "For every element of a list write, at the list's field: !cel self.all(x, x.field == \"value\").");
        if (key.StartsWith('('))
            return new(key, Chainsaw, "Write a condition as the value of the field that it is about, in CEL: replicas: !cel self > 2, or containers: !cel size(self) == 3; what is about more than one field, as that of a field above: spec: !cel self.a == self.b.");
        return Binding().IsMatch(key) ? new(key, Chainsaw, "There are no bindings; the whole object is 'object' in every expression: !cel self == object.spec.replicas.") : null;
    }

    public static Found? OfValue(YamlScalar value)
    {
        // A block holds a file's text, which may be a template of whatever kind.
        if (value.Style >= YamlStyle.Literal)
            return null;
        if (IsTemplate(value.Value))
            return Templated(value.Value);
        return value.Value is ['(', .., ')'] ? new(value.Value, Chainsaw, $"Write an expression in CEL: !cel self == \"a\" + \"b\". There are no bindings; the whole object is 'object'. {IsText}") : null;
    }

    private static Found Templated(string text) =>
        new(text, "templates", $"Nothing fills in {{{{ }}}}; the one token for the source reference is ${{kontrakt.sourceReference}}. If it is just text, write it as a block (|), or compare it with an expression: !cel self == \"...\".");

    private static bool IsTemplate(string text) => text.IndexOf("{{", StringComparison.Ordinal) is var open and >= 0 && text.IndexOf("}}", open, StringComparison.Ordinal) >= 0;

    [GeneratedRegex("->[A-Za-z_0-9]+$")]
    private static partial Regex Binding();

    /// <param name="Text">As it is written.</param>
    /// <param name="Whose">Whose notation it is.</param>
    /// <param name="Instead">What to do.</param>
    public sealed record Found(string Text, string Whose, string Instead)
    {
        public Diagnostic At(SourceLocation place) => Ktr.ForeignNotation.At(place, ExpressionPlace.Short(Text), Whose, Instead);
    }
}
