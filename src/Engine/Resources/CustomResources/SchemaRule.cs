using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Engine.Resources;

/// <summary>One of x-kubernetes-validations.</summary>
internal sealed class SchemaRule
{
    private readonly CelExpression? rule;
    private readonly CelExpression? message;
    private readonly string fixedMessage;

    public SchemaRule(JsonObject source)
    {
        Text = source.Text("rule").Trim();
        fixedMessage = source.Text("message").Trim();
        FieldPath = source.Text("fieldPath");
        Reason = source.Text("reason") is { Length: > 0 } reason ? reason : "FieldValueInvalid";
        try
        {
            rule = CelExpression.ParseRule(Text);
            if (source.Text("messageExpression") is { Length: > 0 } expression)
                message = CelExpression.ParseText(expression);
            IsAboutChanges = rule.Uses("oldSelf");
            if (IsAboutChanges && source.Flag("optionalOldSelf"))
                Problem = "there are no optional values (optionalOldSelf)";
        }
        catch (CelSyntaxException unknown)
        {
            Problem = unknown.Message;
        }
    }

    public string Text { get; }
    /// <summary>Below the value, where what is wrong is reported; "" for the value itself.</summary>
    public string FieldPath { get; }
    public string Reason { get; }
    /// <summary>It compares a value with the one before.</summary>
    public bool IsAboutChanges { get; }
    /// <summary>Why the engine does not evaluate it; null where it does.</summary>
    public string? Problem { get; }

    /// <returns>What is to be reported of values that break it; null where they keep to it.</returns>
    public string? Check(object? self, object? old)
    {
        var values = new Dictionary<string, object?> { ["self"] = self, ["oldSelf"] = old };
        if (rule is null || Problem is not null)
            return null;
        var result = rule.Evaluate(values);
        return result.Outcome == CelOutcome.True ? null : result.Outcome == CelOutcome.False ? Message(values) : $"{result.Reason} evaluating rule: {(fixedMessage.Length > 0 ? fixedMessage : Text)}";
    }

    private string Message(Dictionary<string, object?> values) =>
        message?.EvaluateText(values)?.Trim() is { Length: > 0 } text && !text.Contains('\n', StringComparison.Ordinal) ? text
        : fixedMessage.Length > 0 ? fixedMessage : $"failed rule: {Text}";
}
