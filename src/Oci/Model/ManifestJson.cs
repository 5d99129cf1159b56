using System.Text.Encodings.Web;
using System.Text.Json;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Model;

/// <summary>The members that manifests and indexes share, read strictly and written in one order.</summary>
internal static class ManifestJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="what">"an index": for messages.</param>
    public static JsonDocument Open(ManifestContent content, string what, bool index)
    {
        if (!MediaTypes.IsManifest(content.MediaType) || content.IsIndex != index)
            throw new FormatException($"{content.MediaType} is not {what}");
        var json = Open(content.Bytes, what);
        if (json.RootElement.TryGetProperty("schemaVersion", out var version) && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 2)
            return json;
        json.Dispose();
        throw new FormatException($"{what} has schemaVersion 2, and this has not");
    }

    public static JsonDocument Open(ReadOnlyMemory<byte> bytes, string what)
    {
        try
        {
            var json = JsonDocument.Parse(bytes, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
            throw new FormatException($"{what} is a JSON object, and this is not");
        }
        catch (JsonException invalid)
        {
            throw new FormatException($"{what} is JSON, and this is not: {invalid.Message}", invalid);
        }
    }

    public static string? Text(JsonElement parent, string name) => !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException($"'{name}' is not text");

    public static IReadOnlyList<string>? Texts(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return null;
        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")]
            : throw new FormatException($"'{name}' is not a list of texts");
    }

    public static IReadOnlyDictionary<string, string>? TextMap(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var map) || map.ValueKind == JsonValueKind.Null)
            return null;
        return map.ValueKind == JsonValueKind.Object && map.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.String)
            ? map.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString() ?? "", StringComparer.Ordinal)
            : throw new FormatException($"'{name}' is not a map of texts");
    }

    public static IReadOnlyDictionary<string, string>? Annotations(JsonElement parent) => TextMap(parent, "annotations");

    public static Descriptor? Descriptor(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Descriptor(value, $"'{name}'", 0) : null;

    public static IReadOnlyList<Descriptor> Descriptors(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select((item, i) => Descriptor(item, $"'{name}' ", i + 1))]
            : throw new FormatException($"there is no list '{name}'");

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return bytes.ToArray();
    }

    public static void WriteDescriptors(Utf8JsonWriter writer, string name, IReadOnlyList<Descriptor> descriptors)
    {
        writer.WriteStartArray(name);
        foreach (var descriptor in descriptors)
            WriteDescriptor(writer, descriptor);
        writer.WriteEndArray();
    }

    public static void WriteDescriptor(Utf8JsonWriter writer, string name, Descriptor descriptor)
    {
        writer.WritePropertyName(name);
        WriteDescriptor(writer, descriptor);
    }

    public static void WriteAnnotations(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? annotations) => WriteTextMap(writer, "annotations", annotations);

    /// <summary>Sorted, as a dictionary has no order to keep.</summary>
    public static void WriteTextMap(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string>? map)
    {
        if (map is null)
            return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(item => item.Key, StringComparer.Ordinal))
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    public static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return;
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static Descriptor Descriptor(JsonElement element, string name, int number)
    {
        var where = number > 0 ? name + number : name;
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{where} is not a descriptor");
        if (Text(element, "mediaType") is not { Length: > 0 } mediaType)
            throw new FormatException($"{where} has no mediaType");
        if (!Digest.TryParse(Text(element, "digest"), out var digest))
            throw new FormatException($"{where} has no valid digest");
        if (!element.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
            throw new FormatException($"{where} has no valid size");
        return new(mediaType, digest, bytes)
        {
            Platform = element.TryGetProperty("platform", out var platform) && platform.ValueKind == JsonValueKind.Object ? ReadPlatform(platform) : null,
            Annotations = Annotations(element),
            Urls = Texts(element, "urls"),
            ArtifactType = Text(element, "artifactType"),
        };
    }

    private static Platform ReadPlatform(JsonElement platform) =>
        new(Text(platform, "os") ?? "", Text(platform, "architecture") ?? "", Text(platform, "variant")) { OsVersion = Text(platform, "os.version") };

    private static void WriteDescriptor(Utf8JsonWriter writer, Descriptor descriptor)
    {
        writer.WriteStartObject();
        writer.WriteString("mediaType", descriptor.MediaType);
        writer.WriteString("digest", descriptor.Digest.ToString());
        writer.WriteNumber("size", descriptor.Size);
        WriteTexts(writer, "urls", descriptor.Urls);
        WriteAnnotations(writer, descriptor.Annotations);
        if (descriptor.ArtifactType is not null)
            writer.WriteString("artifactType", descriptor.ArtifactType);
        if (descriptor.Platform is { } platform)
        {
            writer.WriteStartObject("platform");
            writer.WriteString("architecture", platform.Architecture);
            writer.WriteString("os", platform.Os);
            if (platform.OsVersion is not null)
                writer.WriteString("os.version", platform.OsVersion);
            if (platform.Variant is not null)
                writer.WriteString("variant", platform.Variant);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
