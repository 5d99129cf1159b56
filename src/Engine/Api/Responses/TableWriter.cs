using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>What of an object is in its row.</summary>
internal enum RowObject { Metadata, None, Object }

/// <summary>Writes tables (meta.k8s.io, Table).</summary>
internal sealed class TableWriter(ServedKind kind, string version, RowObject include, DateTimeOffset now)
{
    private readonly TableLayout layout = kind.Table;

    public void Write(Utf8JsonWriter writer, IEnumerable<StoredObject> items, JsonObject metadata)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", $"meta.k8s.io/{version}");
        writer.WritePropertyName("metadata");
        metadata.WriteTo(writer);
        WriteColumns(writer);
        writer.WriteStartArray("rows");
        foreach (var item in items)
            WriteRow(writer, item);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteColumns(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in layout.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteRow(Utf8JsonWriter writer, StoredObject item)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var cell in layout.Cells(item.View, now))
            switch (cell)
            {
                case null: writer.WriteNullValue(); break;
                case string text: writer.WriteStringValue(text); break;
                case bool flag: writer.WriteBooleanValue(flag); break;
                case double number: writer.WriteNumberValue(number); break;
                default: writer.WriteNumberValue(Convert.ToInt64(cell, CultureInfo.InvariantCulture)); break;
            }
        writer.WriteEndArray();
        if (include == RowObject.Object)
        {
            writer.WritePropertyName("object");
            writer.WriteRawValue(item.Utf8.Span, skipInputValidation: true);
        }
        else if (include == RowObject.Metadata)
        {
            writer.WritePropertyName("object");
            PartialMetadata.Write(writer, item, version);
        }
        else
            writer.WriteNull("object");
        writer.WriteEndObject();
    }
}
