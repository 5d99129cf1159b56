namespace Kontrakt.Kubernetes.Cel;

/// <summary>What a function is called with: it fits the parameters of the form that was chosen.</summary>
internal readonly struct CelArguments(IReadOnlyList<object?> values)
{
    public object? this[int index] => values[index];

    /// <summary>One that is not null, by its parameter's type.</summary>
    public T Get<T>(int index) => values[index] is T value ? value : throw new InvalidOperationException($"argument {index} is not a {typeof(T)}");
}
