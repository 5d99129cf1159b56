using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Names of objects: whether one may be theirs, and new ones for those that only say how theirs begins.</summary>
internal static class ObjectNames
{
    /// <summary>A label's, since names of pods become host names.</summary>
    private const int LongestGenerated = 63;
    private const int RandomLength = 5;
    /// <summary>No vowels, nor what looks like one: no name becomes a word.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Generate(string begin) =>
        begin[..Math.Min(begin.Length, LongestGenerated - RandomLength)] + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>A short text for a value, always the same, whatever the order of its fields.</summary>
    /// <param name="collisions">How often another value turned out to have the same.</param>
    public static string Hash(JsonNode value, long collisions)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Sorted(value).ToJsonString()}{collisions}"), hash);
        Span<char> text = stackalloc char[10];
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[hash[i] % Alphabet.Length];
        return text.ToString();
    }

    private static JsonNode Sorted(JsonNode value) => value switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Sorted(item))]),
        _ => value.DeepClone(),
    };

    /// <exception cref="StatusException">422.</exception>
    public static void Check(ServedKind kind, ObjectKey key, string field = "metadata.name")
    {
        var faults = kind.CheckName(key.Name).Select(fault => (field, "FieldValueInvalid", $"Invalid value: \"{key.Name}\": {fault}")).ToList();
        if (faults.Count > 0)
            throw StatusException.Invalid(key, faults);
    }
}
