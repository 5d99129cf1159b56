using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontrakt.Oci.Layers;

namespace Kontrakt.Context;

/// <summary>
/// The manifest as JSON. "files" is the original kontext's: path to SHA-256, "" for a folder, "." for the context folder; a link has the hash of its
/// target. "details" says what that cannot: mode (0644 and 0755 for folders where it is absent), size, link, hardLink.
/// </summary>
internal static class ContextManifestJson
{
    private const int Version = 2;
    private const int FileMode = 0x1A4, FolderMode = 0x1ED;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The same bytes for the same manifest.</summary>
    public static byte[] Write(ContextManifest manifest)
    {
        var entries = manifest.Entries.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024 + 256 * entries.Count);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteNumber("stored", manifest.Stored ?? manifest.Live);
            writer.WriteStartObject("files");
            writer.WriteString(".", "");
            foreach (var entry in entries)
                writer.WriteString(entry.Path, HashOf(entry));
            writer.WriteEndObject();
            writer.WriteStartObject("details");
            foreach (var entry in entries)
                WriteDetails(writer, entry);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is not one, or of a later version; for the end of a sentence.</exception>
    public static ContextManifest Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("it is not a JSON object");
            var version = root.TryGetProperty("version", out var said) ? said.GetInt32() : 1;
            if (version > Version)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it has version {version}, and this program knows {Version}"));
            // Looked up by name for each path: asking the element would look through all of them each time.
            var details = version > 1 && root.TryGetProperty("details", out var all) ? all.EnumerateObject().ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal) : [];
            var entries = new Dictionary<string, ContextEntry>(StringComparer.Ordinal);
            if (root.TryGetProperty("files", out var files))
            {
                foreach (var file in files.EnumerateObject().Where(file => file.Name != "."))
                    entries.Add(Checked(file.Name), ReadEntry(file.Name, file.Value.GetString() ?? "", details.TryGetValue(file.Name, out var own) ? own : null, version));
            }
            if (entries.Keys.FirstOrDefault(path => ContextEntry.FoldersAbove(path).FirstOrDefault() is { } above && entries.GetValueOrDefault(above) is not ContextEntry.Folder) is { } orphan)
                throw new FormatException($"it has '{orphan}' in no folder");
            return new(entries) { Stored = version > 1 && root.TryGetProperty("stored", out var stored) ? stored.GetInt64() : null };
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new FormatException($"it is not a manifest of a context: {wrong.Message}", wrong);
        }
    }

    private static void WriteDetails(Utf8JsonWriter writer, ContextEntry entry)
    {
        if (entry is ContextEntry.Folder { Mode: null or FolderMode })
            return;
        writer.WriteStartObject(entry.Path);
        switch (entry)
        {
            case ContextEntry.Folder folder:
                WriteMode(writer, folder.Mode, FolderMode);
                break;
            case ContextEntry.Link link:
                writer.WriteString("link", link.Target);
                break;
            case ContextEntry.File file:
                WriteMode(writer, file.Mode, FileMode);
                writer.WriteNumber("size", file.Size ?? 0);
                if (file.HardLinkTo is not null)
                    writer.WriteString("hardLink", file.HardLinkTo);
                break;
            default:
                throw new ArgumentException($"a manifest cannot hold a {entry.GetType().Name}", nameof(entry));
        }
        writer.WriteEndObject();
    }

    private static void WriteMode(Utf8JsonWriter writer, int? mode, int usual)
    {
        if (mode is { } other && other != usual)
            writer.WriteString("mode", "0" + Convert.ToString(other, 8));
    }

    private static string HashOf(ContextEntry entry) => entry switch
    {
        ContextEntry.File file => file.Sha256,
        ContextEntry.Link link => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link.Target))),
        _ => "",
    };

    private static ContextEntry ReadEntry(string path, string hash, JsonElement? details, int version)
    {
        string? Text(string name) => details is { } own && own.TryGetProperty(name, out var value) ? value.GetString() : null;
        var mode = Text("mode") is { } octal ? Convert.ToInt32(octal, 8) : (int?)null;
        if (hash.Length == 0)
            return new ContextEntry.Folder(path, version > 1 ? mode ?? FolderMode : null);
        if (Text("link") is { } target)
            return new ContextEntry.Link(path, target);
        var size = details is { } all && all.TryGetProperty("size", out var bytes) ? bytes.GetInt64() : (long?)null;
        return new ContextEntry.File(path, version > 1 ? mode ?? FileMode : null, size, hash) { HardLinkTo = Text("hardLink") };
    }

    private static string Checked(string path) =>
        path.Length > 0 && LayerPath.Normalize(path) == path ? path : throw new FormatException($"it names the path '{path}', which no context can have");
}
