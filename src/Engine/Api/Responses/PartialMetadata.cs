using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>An object without its content (meta.k8s.io, PartialObjectMetadata).</summary>
internal static class PartialMetadata
{
    public static void Write(Utf8JsonWriter writer, StoredObject item, string version)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", $"meta.k8s.io/{version}");
        writer.WritePropertyName("metadata");
        item.View.Json.Metadata().WriteTo(writer);
        writer.WriteEndObject();
    }

    public static void WriteList(Utf8JsonWriter writer, IEnumerable<StoredObject> items, string version, JsonObject metadata)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadataList");
        writer.WriteString("apiVersion", $"meta.k8s.io/{version}");
        writer.WritePropertyName("metadata");
        metadata.WriteTo(writer);
        writer.WriteStartArray("items");
        foreach (var item in items)
            Write(writer, item, version);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
