using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>One object's address. The namespace is "" for a kind that has none.</summary>
public sealed record ObjectKey(ResourceKind Kind, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";
}

/// <summary>
/// An object as it was at one revision. Shared by all who read, so nobody changes <see cref="View"/>'s JSON: a change begins with <see cref="Copy"/>.
/// </summary>
public sealed class StoredObject
{
    private readonly Lazy<byte[]> utf8;
    private byte[]? message;

    internal StoredObject(ObjectKey key, long revision, JsonObject json)
    {
        Key = key;
        Revision = revision;
        Size = SizeOf(json);
        View = new KubernetesObject(json);
        utf8 = new(() => Write(View.Json));
    }

    public ObjectKey Key { get; }
    public long Revision { get; }
    /// <summary>Read only.</summary>
    public KubernetesObject View { get; }
    /// <summary>The characters of its names and values, about: what it takes of the memory, without the cost of a node for each.</summary>
    public long Size { get; }
    public ReadOnlyMemory<byte> Utf8 => utf8.Value;

    /// <summary>In the one form beside JSON that clients ask for, written at first use.</summary>
    public ReadOnlyMemory<byte> Message(Func<StoredObject, byte[]> write) => message ??= write(this);

    public JsonObject Copy() => View.Json.DeepClone().AsObject();

    public bool IsBeingDeleted => View.At("metadata", "deletionTimestamp") is not null;

    private static byte[] Write(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact))
            json.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Visits every node. A parsed JsonNode fills in its children at the first read, which readers on several threads must not be the ones to do.</summary>
    internal static long SizeOf(JsonNode? node) => node switch
    {
        JsonObject map => map.Sum(pair => pair.Key.Length + SizeOf(pair.Value)),
        JsonArray list => list.Sum(SizeOf),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().Length,
        _ => 8,
    };

    public override string ToString() => $"{Key} at {Revision}";
}
