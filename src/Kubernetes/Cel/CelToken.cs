namespace Kontrakt.Kubernetes.Cel;

internal enum CelTokenKind { Identifier, Literal, Symbol, End }

/// <param name="Text">As written.</param>
/// <param name="Value">Of a literal.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value, int Start, int End)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;
}
