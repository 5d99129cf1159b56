namespace Kontrakt.Kubernetes.Cel;

/// <summary>One form of a function or an operator.</summary>
/// <param name="Name">A member function begins with a dot, and its receiver is the first parameter.</param>
/// <param name="Run">Gets what fits the parameters; gives a value of CEL or a <see cref="CelFault"/>.</param>
internal sealed record CelFunction(string Name, IReadOnlyList<CelType> Parameters, CelType Result, Func<CelArguments, object?> Run)
{
    /// <summary>Whether it may be what is called, as far as the arguments' types are known.</summary>
    public bool Takes(IReadOnlyList<CelType> arguments) => Parameters.Count == arguments.Count && Parameters.Zip(arguments).All(pair => (pair.First & pair.Second) != 0);
}

/// <summary>What a function is called with: it fits the parameters of the form that was chosen.</summary>
internal readonly struct CelArguments(IReadOnlyList<object?> values)
{
    public object? this[int index] => values[index];

    /// <summary>One that is not null, by its parameter's type.</summary>
    public T Get<T>(int index) => values[index] is T value ? value : throw new InvalidOperationException($"argument {index} is not a {typeof(T)}");
}
