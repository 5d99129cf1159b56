using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Engine.Schema;

/// <summary>A request's body as JSON, with the fields it gives twice (the last one counts).</summary>
internal sealed record Body(JsonNode? Json, IReadOnlyList<Place> Duplicates)
{
    /// <summary>Levels of objects and lists inside each other; only schemas in definitions of custom resources have more than 40.</summary>
    public const int MaxDepth = 256;

    /// <exception cref="StatusException">400: neither JSON nor YAML.</exception>
    public static Body Parse(ReadOnlyMemory<byte> bytes)
    {
        var first = bytes.Span.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && bytes.Span[first] is (byte)'{' or (byte)'[' ? ParseJson(bytes) : ParseYaml(bytes);
    }

    /// <exception cref="StatusException">400: no JSON.</exception>
    public static Body ParseJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            var duplicates = new List<Place>();
            reader.Read();
            var json = Value(ref reader, Place.Root, duplicates);
            // Fails on anything that follows.
            reader.Read();
            return new(json, duplicates);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // The latter for text that is not UTF-8.
        {
            throw StatusException.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, Place place, List<Place> duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Map(ref reader, place, duplicates);
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Add(Value(ref reader, place.At(list.Count), duplicates));
                return list;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(reader.GetBoolean());
            default:
                return null;
        }
    }

    private static JsonObject Map(ref Utf8JsonReader reader, Place place, List<Place> duplicates)
    {
        var map = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString() ?? "";
            var below = place.Field(name);
            reader.Read();
            // It counts where it is given last: that is where strict decoding reports it.
            if (map.Remove(name))
                duplicates.Add(below);
            map[name] = Value(ref reader, below, duplicates);
        }
        return map;
    }

    private static Body ParseYaml(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var documents = YamlFile.Parse("body", new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Span)).Documents;
            if (documents.Count > 1)
                throw StatusException.BadRequest($"error decoding YAML: the body has {documents.Count} documents; one is taken");
            // Once more, as JSON: its limits hold for YAML, too.
            return documents.Count == 0 ? new(null, []) : ParseJson(Encoding.UTF8.GetBytes(documents[0].ToJson()?.ToJsonString(Writing) ?? "null"));
        }
        catch (YamlSyntaxException e)
        {
            throw StatusException.BadRequest($"error decoding YAML: yaml: line {e.Mark.Line}: {e.Message}");
        }
        catch (Exception e) when (e is DecoderFallbackException or InvalidOperationException)
        {
            throw StatusException.BadRequest($"error decoding YAML: {e.Message}");
        }
    }

    private static readonly JsonSerializerOptions Writing = new() { MaxDepth = 2 * YamlFile.MaxDepth };
}
