namespace Kontrakt.Runs;

/// <summary>A place where an object is not as expected.</summary>
/// <param name="Path">Keys and indexes in the expected object.</param>
/// <param name="Expected">The expected value, as JSON.</param>
/// <param name="Actual">What is there, as JSON or in words.</param>
public sealed record Mismatch(IReadOnlyList<object> Path, string Expected, string Actual)
{
    /// <summary>Such as spec.containers[0].image.</summary>
    public string PathText => string.Concat(Path.Select((step, i) => step is int index ? $"[{index}]" : i == 0 ? $"{step}" : $".{step}"));

    public override string ToString() => $"{PathText}: expected {Expected}, actual {Actual}";
}
