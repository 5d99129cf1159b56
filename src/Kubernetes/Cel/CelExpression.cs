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
    public static CelExpression Parse(string text) => Parse(text, ["self", "object"], CelType.Bool, "true or false; compare it, as in self == …");

    /// <summary>A rule of a custom resource's schema, about the value before ('oldSelf') and after ('self').</summary>
    /// <exception cref="CelSyntaxException">It can be known to be wrong without any value.</exception>
    public static CelExpression ParseRule(string text) => Parse(text, ["self", "oldSelf"], CelType.Bool, "true or false");

    /// <summary>The same for an expression that gives a text.</summary>
    /// <exception cref="CelSyntaxException">It can be known to be wrong without any value.</exception>
    public static CelExpression ParseText(string text) => Parse(text, ["self", "oldSelf"], CelType.String, "a text");

    private static CelExpression Parse(string text, IEnumerable<string> names, CelType wanted, string described)
    {
        if (text.Length > MaxLength)
            throw new CelSyntaxException(0, $"it has {text.Length:N0} characters; {MaxLength:N0} are allowed");
        var root = CelParser.Parse(text);
        var types = new CelChecker(names).Check(root);
        return (types & wanted) != 0 ? new(text, root)
            : throw new CelSyntaxException(root.Start, $"it gives {CelTypes.Describe(types)}, not {described}");
    }

    /// <summary>The fields it asks for that no value can have, by a server's schema.</summary>
    /// <param name="self">Of the value at its place.</param>
    /// <param name="path">That place, from the object: spec.containers.</param>
    /// <param name="whole">Of the object.</param>
    public IReadOnlyList<CelUnknownField> UnknownFields(ValueSchema self, string path, ValueSchema whole) => CelFields.Unknown(root, self, path, whole);

    /// <param name="self">Null: the field does not exist, or is null.</param>
    public CelResult Evaluate(JsonNode? self, JsonNode? whole) => Evaluate(new CelEvaluator(new Dictionary<string, Lazy<object?>>
    {
        ["self"] = new(() => self is null ? CelFault.NoSelf : CelValues.Of(self)),
        ["object"] = new(() => CelValues.Of(whole)),
    }));

    /// <summary>Whether it mentions a name.</summary>
    public bool Uses(string name) => CelNodes.All(root).Any(part => part is CelIdentifier identifier && identifier.Name == name);

    /// <param name="values">What its names mean, as plain values: bool, long, ulong, double, string, byte[], DateTimeOffset, TimeSpan, lists and maps of these.</param>
    public CelResult Evaluate(IReadOnlyDictionary<string, object?> values) => Evaluate(Evaluator(values));

    /// <summary>The text that it gives; null where it has no value, or another.</summary>
    public string? EvaluateText(IReadOnlyDictionary<string, object?> values) => Evaluator(values).Evaluate(root) as string;

    private static CelEvaluator Evaluator(IReadOnlyDictionary<string, object?> values) => new(values.ToDictionary(pair => pair.Key, pair => new Lazy<object?>(pair.Value)));

    private CelResult Evaluate(CelEvaluator evaluator)
    {
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
