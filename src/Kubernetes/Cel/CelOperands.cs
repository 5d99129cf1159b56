namespace Kontrakt.Kubernetes.Cel;

/// <summary>What a reader needs to see why a condition is false: the values that it compares, and the element that it is false for.</summary>
internal sealed class CelOperands(CelEvaluator evaluator, string text)
{
    private readonly List<CelOperand> found = [];

    public static IReadOnlyList<CelOperand> Of(CelNode condition, CelEvaluator evaluator, string text)
    {
        var operands = new CelOperands(evaluator, text);
        operands.Explain(condition);
        return operands.found;
    }

    private void Explain(CelNode condition)
    {
        switch (condition)
        {
            case CelLogic { IsOr: false } both:
                Explain(evaluator.Evaluate(both.Left) is false ? both.Left : both.Right);
                break;
            case CelComprehension { Macro: CelMacro.All } all:
                evaluator.AtFirstFalse(all, variables =>
                {
                    foreach (var (name, value) in variables)
                        Add(name, value);
                    Explain(all.Step);
                });
                break;
            case CelCall { Function: "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" } comparison:
                foreach (var side in comparison.Arguments)
                    AddValue(side);
                break;
            case CelCall { Function: ['.', ..] } call:
                AddValue(call.Arguments[0]);
                break;
        }
    }

    /// <summary>Literals are in the expression, 'self' and elements are shown anyway.</summary>
    private void AddValue(CelNode side)
    {
        if (side is CelSelect or CelComprehension or CelCall)
            Add(text[side.Start..side.End], evaluator.Evaluate(side));
    }

    private void Add(string name, object? value)
    {
        if (value is not CelFault && CelValues.TryShow(value, out var shown))
            found.Add(new(name, shown));
    }
}
