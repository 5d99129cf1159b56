namespace Kontrakt.Kubernetes.Cel;

/// <summary>An expression that can be known to be wrong without any value: of its grammar, its names or its types.</summary>
/// <param name="offset">Where in the expression, from 0.</param>
public sealed class CelSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;
}
