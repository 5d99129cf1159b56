using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>The files that a configMap, secret, downwardAPI or projected volume shows, as things are now.</summary>
internal sealed class VolumeContent(PodDefinition pod, ObjectStore store, NodeCapacity node, PodTokens tokens)
{
    private const int DefaultMode = 0b110_100_100;

    public DateTimeOffset? NextRefresh => tokens.NextRefresh;

    /// <param name="volume">As in spec.volumes.</param>
    /// <param name="current">The pod as it is now.</param>
    /// <exception cref="VolumeException">Something that is referred to, and is not optional, does not exist; worded as the kubelet does.</exception>
    public IReadOnlyList<VolumeFile> Read(JsonObject volume, KubernetesObject current)
    {
        var name = volume["name"]?.ToString() ?? "";
        try
        {
            // Of two files at one path the later one counts.
            var files = new Dictionary<string, VolumeFile>(StringComparer.Ordinal);
            foreach (var file in Files(name, volume, current))
                files[file.Path] = VolumeFile.Parts(file.Path) is null ? throw new ContainerConfigException($"invalid path: {file.Path}") : file;
            return [.. files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is ContainerConfigException or FormatException)
        {
            throw new VolumeException(name, e.Message, e);
        }
    }

    private IEnumerable<VolumeFile> Files(string name, JsonObject volume, KubernetesObject current)
    {
        if (volume["projected"] is JsonObject projected)
            return (projected["sources"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(source => Files(name, source, current, Mode(projected["defaultMode"], DefaultMode)));
        return Files(name, volume, current, DefaultMode);
    }

    private IEnumerable<VolumeFile> Files(string volume, JsonObject source, KubernetesObject current, int mode)
    {
        if (source["configMap"] is JsonObject config)
            return Keys(Kinds.ConfigMap, config["name"], config, mode);
        if (source["secret"] is JsonObject secret)
            return Keys(Kinds.Secret, secret["secretName"] ?? secret["name"], secret, mode);
        if (source["downwardAPI"] is JsonObject downward)
            return Fields(downward, current, mode);
        return source["serviceAccountToken"] is JsonObject token
            ? [new(token["path"]?.ToString() ?? "", Encoding.UTF8.GetBytes(tokens.Get(volume, token)), mode)]
            : throw new ContainerConfigException($"the embedded engine does not know this source of a volume: {string.Join(", ", source.Select(pair => pair.Key))}");
    }

    private IEnumerable<VolumeFile> Keys(ResourceKind kind, JsonNode? name, JsonObject source, int mode)
    {
        mode = Mode(source["defaultMode"], mode);
        var optional = source["optional"]?.ToString() == "true";
        if (store.Find(new(kind, pod.Namespace, name?.ToString() ?? "")) is not { } found)
            return optional ? [] : throw new ContainerConfigException($"{kind.Singular} \"{name}\" not found");
        var content = Content(found);
        if (source["items"] is not JsonArray { Count: > 0 } items)
            return content.Select(pair => new VolumeFile(pair.Key, pair.Value(), mode));
        var files = new List<VolumeFile>();
        foreach (var item in items.OfType<JsonObject>())
        {
            var key = item["key"]?.ToString() ?? "";
            if (content.TryGetValue(key, out var value))
                files.Add(new(item["path"]?.ToString() ?? key, value(), Mode(item["mode"], mode)));
            else if (!optional)
                throw new ContainerConfigException(kind == Kinds.ConfigMap ? $"configmap references non-existent config key: {key}" : $"references non-existent secret key: {key}");
        }
        return files;
    }

    private static Dictionary<string, Func<byte[]>> Content(StoredObject item)
    {
        var content = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal);
        foreach (var (key, value) in item.View.At("data") as JsonObject ?? [])
            content[key] = item.Key.Kind == Kinds.Secret ? () => Convert.FromBase64String(value?.ToString() ?? "") : () => Encoding.UTF8.GetBytes(value?.ToString() ?? "");
        foreach (var (key, value) in item.View.At("binaryData") as JsonObject ?? [])
            content[key] = () => Convert.FromBase64String(value?.ToString() ?? "");
        return content;
    }

    private IEnumerable<VolumeFile> Fields(JsonObject source, KubernetesObject current, int mode)
    {
        mode = Mode(source["defaultMode"], mode);
        foreach (var item in (source["items"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var text = item["fieldRef"] is JsonObject field
                ? FieldReferences.Field(current, field["fieldPath"]?.ToString() ?? "")
                : FieldReferences.Resource(pod, null, item["resourceFieldRef"] as JsonObject ?? [], node);
            yield return new(item["path"]?.ToString() ?? "", Encoding.UTF8.GetBytes(text), Mode(item["mode"], mode));
        }
    }

    private static int Mode(JsonNode? node, int otherwise) => (int)KubernetesObject.Number(node, otherwise) & 0b111_111_111;
}

/// <summary>A file that a volume shows.</summary>
/// <param name="Path">Relative to the volume, never leading out of it.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode)
{
    public bool IsSame(VolumeFile other) => Path == other.Path && Mode == other.Mode && Content.AsSpan().SequenceEqual(other.Content);

    /// <summary>The parts of a path; null where it is not a path within a volume.</summary>
    public static string[]? Parts(string path)
    {
        var parts = path.Split('/');
        return path.Length == 0 || parts.Any(part => part is "" or "." or "..") || parts[0].StartsWith("..", StringComparison.Ordinal) || path.Contains('\0') ? null : parts;
    }
}

/// <summary>A volume that cannot be furnished as things are; it may be later.</summary>
public sealed class VolumeException(string volume, string message, Exception? inner = null)
    : Exception($"MountVolume.SetUp failed for volume \"{volume}\" : {message}", inner);
