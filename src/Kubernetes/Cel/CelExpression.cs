using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>What an expression comes to. Absent: the field does not exist, and the expression does not say what then. Undecided: it has no value.</summary>
public enum CelOutcome { True, False, Absent, Undecided }

/// <param name="Reason">Of a false one the part of a chain of conditions that is so, if it is only a part; of one without value why. Never holds a value of the object.</param>
public readonly record struct CelResult(CelOutcome Outcome, string Reason)
{
    /// <summary>Of a false one: what the part that is false compares, other than literals and 'self' itself, and the element that it is false for.</summary>
    public IReadOnlyList<CelOperand> Operands { get; init; } = [];
}

/// <param name="Text">As it is in the expression: size(self), or the name of an element.</param>
/// <param name="Value">What it comes to; a value of the object, so perhaps a Secret's.</param>
public sealed record CelOperand(string Text, JsonNode? Value);

/// <summary>
/// A condition in the Common Expression Language, as in the rules of Kubernetes' custom resources: 'self' is the value of the field it is at, and
/// 'object' the whole object, as in admission policies.
/// </summary>
public sealed class CelExpression
{
    /// <summary>Characters of the longest expression.</summary>
    public const int MaxLength = 10_000;

    /// <summary>What marks a value in YAML as an expression.</summary>
    public const string Tag = "!cel";

    /// <summary>Which expressions YAML does not read as a plain value.</summary>
    public const string Quote = "an expression that begins with a quote or a bracket, that holds ': ' or ' #', or that is inside { } or [ ], is quoted as a whole: !cel '\"a\" in self', or is in a block below !cel |";

    /// <summary>An assertion is compared at each event.</summary>
    private static readonly ConditionalWeakTable<JsonObject, CelExpression> Parsed = [];

    private readonly CelNode root;

    private CelExpression(string text, CelNode root) => (Text, this.root) = (text, root);

    public string Text { get; }

    /// <summary>How an expression is written among JSON values: as a mapping with the tag as its only key. YAML with expressions has no such key.</summary>
    public static JsonObject ToJson(string text) => new() { [Tag] = text };

    /// <summary>The expression in a JSON value; null when it is a value. It was parsed before, so it is right.</summary>
    public static CelExpression? Of(JsonNode? node) => node is JsonObject { Count: 1 } map && map[Tag] is JsonValue text ? Parsed.GetValue(map, _ => Parse(text.ToString())) : null;

    /// <exception cref="CelSyntaxException">It can be known to be wrong without any value.</exception>
    public static CelExpression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new CelSyntaxException(0, $"it has {text.Length:N0} characters; {MaxLength:N0} are allowed");
        var root = CelParser.Parse(text);
        var types = new CelChecker().Check(root);
        return (types & CelType.Bool) != 0 ? new(text, root)
            : throw new CelSyntaxException(root.Start, $"it gives {CelTypes.Describe(types)}, not true or false; compare it, as in self == …");
    }

    /// <summary>The fields it asks for that no value can have, by a server's schema.</summary>
    /// <param name="self">Of the value at its place.</param>
    /// <param name="path">That place, from the object: spec.containers.</param>
    /// <param name="whole">Of the object.</param>
    public IReadOnlyList<CelUnknownField> UnknownFields(ValueSchema self, string path, ValueSchema whole) => CelFields.Unknown(root, self, path, whole);

    /// <param name="self">Null: the field does not exist, or is null.</param>
    public CelResult Evaluate(JsonNode? self, JsonNode? whole)
    {
        var evaluator = new CelEvaluator(self is null ? CelFault.NoSelf : CelValues.Of(self), new(() => CelValues.Of(whole)));
        return evaluator.Evaluate(root) switch
        {
            true => new(CelOutcome.True, ""),
            false => False(evaluator),
            CelFault { Absent: true } fault => new(CelOutcome.Absent, fault.Reason),
            CelFault fault => new(CelOutcome.Undecided, fault.Reason),
            var other => new(CelOutcome.Undecided, $"it gives {CelTypes.Describe(CelTypes.Of(other))}, not true or false"),
        };
    }

    private CelResult False(CelEvaluator evaluator)
    {
        var part = root;
        while (part is CelLogic { IsOr: false } both)
            part = evaluator.Evaluate(both.Left) is false ? both.Left : both.Right;
        return new(CelOutcome.False, ReferenceEquals(part, root) ? "" : Text[part.Start..part.End]) { Operands = CelOperands.Of(part, evaluator, Text) };
    }
}

/// <summary>An expression that can be known to be wrong without any value: of its grammar, its names or its types.</summary>
/// <param name="offset">Where in the expression, from 0.</param>
public sealed class CelSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;
}
