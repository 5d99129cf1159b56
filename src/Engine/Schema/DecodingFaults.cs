using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>What is wrong with a body: values that do not fit (never allowed), fields that are unknown or given twice (a matter of strictness).</summary>
internal sealed class DecodingFaults
{
    /// <summary>So many are reported; a body with more is not a slip.</summary>
    private const int Most = 100;

    private readonly List<(string Field, string Message)> misfits = [];
    private readonly List<(string Field, string Message)> strict = [];

    public IReadOnlyList<string> Warnings => [.. strict.Select(fault => fault.Message)];

    public void Misfit(Place place, string message) => Add(misfits, place, message);
    public void Unknown(Place place) => Add(strict, place, $"unknown field \"{place.Dotted}\"");
    public void Duplicate(Place place) => Add(strict, place, $"duplicate field \"{place.Dotted}\"");

    private static void Add(List<(string, string)> faults, Place place, string message)
    {
        if (faults.Count < Most)
            faults.Add((place.ToString(), message));
    }

    /// <exception cref="StatusException">400, if anything is wrong.</exception>
    public void ThrowMisfits(ResourceKind kind) => Throw(kind, misfits, "");

    /// <exception cref="StatusException">400, if anything is wrong.</exception>
    public void ThrowStrict(ResourceKind kind) => Throw(kind, strict, "strict decoding error: ");

    private static void Throw(ResourceKind kind, List<(string Field, string Message)> faults, string about)
    {
        if (faults.Count == 0)
            return;
        var text = string.Join(", ", faults.Select(fault => fault.Message));
        var causes = faults.Select(fault => new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = about + fault.Message, ["field"] = fault.Field });
        throw new StatusException(400, "BadRequest", $"{kind.Kind} in version \"{kind.GroupVersionKind.Version}\" cannot be handled as a {kind.Kind}: {about}{text}",
            new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }
}
