using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>Stored objects in protobuf, whole or their metadata alone, as they are sent.</summary>
internal static class ProtobufObject
{
    /// <summary>The numbers of what every list has.</summary>
    private const int ListMetadata = 1;
    private const int ListItems = 2;

    public static byte[] Of(StoredObject item)
    {
        var kind = item.Key.Kind.GroupVersionKind;
        var message = StoredMessage.Of(item);
        return [.. Envelope.Head(kind.ApiVersion, kind.Kind, message.Length), .. message.Span];
    }

    public static byte[] MetadataOf(StoredObject item, string version)
    {
        var writer = new ProtobufWriter();
        WriteMetadata(writer, item);
        return [.. Envelope.Head($"meta.k8s.io/{version}", "PartialObjectMetadata", writer.Written.Length), .. writer.Written];
    }

    public static byte[] MetadataOf(Page page, string version)
    {
        var writer = new ProtobufWriter();
        writer.Raw(Begin(page));
        foreach (var item in page.Items)
            writer.Message(ListItems, inner => WriteMetadata(inner, item));
        return [.. Envelope.Head($"meta.k8s.io/{version}", "PartialObjectMetadataList", writer.Written.Length), .. writer.Written];
    }

    /// <summary>The beginning of a list's message.</summary>
    public static byte[] Begin(Page page)
    {
        var writer = new ProtobufWriter();
        writer.Bytes(ListMetadata, MessageWriter.Write(page.Metadata, KubernetesSchema.Types["ListMeta"]));
        return writer.ToArray();
    }

    /// <summary>What comes before an item in a list's message.</summary>
    public static byte[] ItemHead(StoredObject item)
    {
        var writer = new ProtobufWriter(16);
        writer.Head(ListItems, StoredMessage.Of(item).Length);
        return writer.ToArray();
    }

    private static void WriteMetadata(ProtobufWriter writer, StoredObject item) =>
        writer.Bytes(1, MessageWriter.Write(item.View.Json.Metadata(), KubernetesSchema.Types["ObjectMeta"]));
}
