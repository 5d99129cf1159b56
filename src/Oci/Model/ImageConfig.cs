using System.Globalization;
using System.Text.Json;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Model;

/// <summary>How an image runs and what its layers are (image-spec, config.md; Docker's has the same shape).</summary>
public sealed record ImageConfig
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    public required string Os { get; init; }
    public required string Architecture { get; init; }
    public string? Variant { get; init; }
    /// <summary>Left out where equal input is to give equal bytes.</summary>
    public DateTimeOffset? Created { get; init; }
    public string? Author { get; init; }
    /// <summary>NAME=value</summary>
    public IReadOnlyList<string>? Environment { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    /// <summary>Arguments for the entry point, or the command where there is none.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    /// <summary>user, uid, user:group or uid:gid.</summary>
    public string? User { get; init; }
    public string? WorkingDirectory { get; init; }
    /// <summary>port/tcp or port/udp</summary>
    public IReadOnlyList<string>? ExposedPorts { get; init; }
    public IReadOnlyList<string>? Volumes { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string? StopSignal { get; init; }
    /// <summary>Digests of the unpacked layers, from the lowest to the highest.</summary>
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];
    public IReadOnlyList<HistoryEntry>? History { get; init; }

    public Platform Platform => new(Os, Architecture, Variant);

    /// <summary>The value of the last such variable; null for none.</summary>
    public string? Variable(string name) => Environment?.LastOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <exception cref="FormatException">It is not an image config; says what is wrong.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> bytes)
    {
        using var json = ManifestJson.Open(bytes, "an image config");
        var root = json.RootElement;
        var run = root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object ? config : Empty;
        return new()
        {
            Os = ManifestJson.Text(root, "os") ?? throw new FormatException("the image config has no 'os'"),
            Architecture = ManifestJson.Text(root, "architecture") ?? throw new FormatException("the image config has no 'architecture'"),
            Variant = ManifestJson.Text(root, "variant"),
            Created = Time(root, "created"),
            Author = ManifestJson.Text(root, "author"),
            Environment = ManifestJson.Texts(run, "Env"),
            Entrypoint = ManifestJson.Texts(run, "Entrypoint"),
            Command = ManifestJson.Texts(run, "Cmd"),
            User = ManifestJson.Text(run, "User"),
            WorkingDirectory = ManifestJson.Text(run, "WorkingDir"),
            ExposedPorts = Keys(run, "ExposedPorts"),
            Volumes = Keys(run, "Volumes"),
            Labels = ManifestJson.TextMap(run, "Labels"),
            StopSignal = ManifestJson.Text(run, "StopSignal"),
            DiffIds = ReadDiffIds(root),
            History = ReadHistory(root),
        };
    }

    /// <summary>The same bytes for the same config.</summary>
    public byte[] ToBytes() => ManifestJson.Write(writer =>
    {
        WriteText(writer, "created", Time(Created));
        WriteText(writer, "author", Author);
        writer.WriteString("architecture", Architecture);
        writer.WriteString("os", Os);
        WriteText(writer, "variant", Variant);
        WriteRun(writer);
        writer.WriteStartObject("rootfs");
        writer.WriteString("type", "layers");
        ManifestJson.WriteTexts(writer, "diff_ids", [.. DiffIds.Select(diffId => diffId.ToString())]);
        writer.WriteEndObject();
        WriteHistory(writer);
    });

    private void WriteRun(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("config");
        WriteText(writer, "User", User);
        WriteKeys(writer, "ExposedPorts", ExposedPorts);
        ManifestJson.WriteTexts(writer, "Env", Environment);
        ManifestJson.WriteTexts(writer, "Entrypoint", Entrypoint);
        ManifestJson.WriteTexts(writer, "Cmd", Command);
        WriteKeys(writer, "Volumes", Volumes);
        WriteText(writer, "WorkingDir", WorkingDirectory);
        ManifestJson.WriteTextMap(writer, "Labels", Labels);
        WriteText(writer, "StopSignal", StopSignal);
        writer.WriteEndObject();
    }

    private void WriteHistory(Utf8JsonWriter writer)
    {
        if (History is null)
            return;
        writer.WriteStartArray("history");
        foreach (var entry in History)
        {
            writer.WriteStartObject();
            WriteText(writer, "created", Time(entry.Created));
            WriteText(writer, "author", entry.Author);
            WriteText(writer, "created_by", entry.CreatedBy);
            WriteText(writer, "comment", entry.Comment);
            if (entry.EmptyLayer)
                writer.WriteBoolean("empty_layer", true);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static List<Digest> ReadDiffIds(JsonElement root)
    {
        if (!root.TryGetProperty("rootfs", out var files) || files.ValueKind != JsonValueKind.Object)
            return [];
        var digests = new List<Digest>();
        foreach (var text in ManifestJson.Texts(files, "diff_ids") ?? [])
            digests.Add(Digest.TryParse(text, out var digest) ? digest : throw new FormatException($"the image config has the diff id '{text}', which is not a digest"));
        return digests;
    }

    private static IReadOnlyList<HistoryEntry>? ReadHistory(JsonElement root)
    {
        if (!root.TryGetProperty("history", out var list) || list.ValueKind == JsonValueKind.Null)
            return null;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.Object))
            throw new FormatException("the image config's 'history' is not a list of objects");
        return [.. list.EnumerateArray().Select(entry => new HistoryEntry
        {
            Created = Time(entry, "created"),
            Author = ManifestJson.Text(entry, "author"),
            CreatedBy = ManifestJson.Text(entry, "created_by"),
            Comment = ManifestJson.Text(entry, "comment"),
            EmptyLayer = entry.TryGetProperty("empty_layer", out var empty) && empty.ValueKind == JsonValueKind.True,
        })];
    }

    /// <summary>Sets are written as objects with empty values.</summary>
    private static IReadOnlyList<string>? Keys(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var set) && set.ValueKind == JsonValueKind.Object ? [.. set.EnumerateObject().Select(item => item.Name)] : null;

    private static void WriteKeys(Utf8JsonWriter writer, string name, IReadOnlyList<string>? keys)
    {
        if (keys is null)
            return;
        writer.WriteStartObject(name);
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            writer.WriteStartObject(key);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    /// <summary>A time that cannot be read is left out: nothing here depends on it.</summary>
    private static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : null;

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}

/// <summary>How a layer came to be, for people.</summary>
public sealed record HistoryEntry
{
    public DateTimeOffset? Created { get; init; }
    public string? Author { get; init; }
    public string? CreatedBy { get; init; }
    public string? Comment { get; init; }
    /// <summary>No layer belongs to this entry.</summary>
    public bool EmptyLayer { get; init; }
}
