using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>An OpenAPI document in gnostic's protobuf form (openapi.v2.Document); the numbers are those of its fields.</summary>
internal static class OpenApiProtobuf
{
    public static byte[] Encode(JsonObject document)
    {
        var writer = new ProtobufWriter();
        writer.Text(1, document.Text("swagger"));
        writer.Message(2, info =>
        {
            info.Text(1, document.Map("info").Text("title"));
            info.Text(2, document.Map("info").Text("version"));
        });
        writer.Message(8, paths => Named(paths, 2, document.Map("paths"), Path));
        writer.Message(9, definitions => Named(definitions, 1, document.Map("definitions"), Schema));
        return writer.ToArray();
    }

    /// <summary>A map, as a list of messages with a name (1) and a value (2).</summary>
    private static void Named(ProtobufWriter writer, int field, JsonObject? map, Action<ProtobufWriter, JsonObject> write)
    {
        foreach (var (name, value) in map ?? [])
            if (value is JsonObject inner)
                writer.Message(field, entry =>
                {
                    entry.Text(1, name);
                    entry.Message(2, below => write(below, inner));
                });
    }

    private static void Schema(ProtobufWriter writer, JsonObject schema)
    {
        writer.Text(1, schema.Text("$ref"));
        writer.Text(2, schema.Text("format"));
        foreach (var name in schema.List("required") ?? [])
            writer.Text(19, name?.ToString());
        if (schema.Map("additionalProperties") is { } additional)
            writer.Message(21, item => item.Message(1, below => Schema(below, additional)));
        if (schema.Text("type") is { Length: > 0 } type)
            writer.Message(22, item => item.Text(1, type));
        if (schema.Map("items") is { } items)
            writer.Message(23, item => item.Message(1, below => Schema(below, items)));
        if (schema.Map("properties") is { } properties)
            writer.Message(25, item => Named(item, 1, properties, Schema));
        Extensions(writer, 31, schema);
    }

    private static void Path(ProtobufWriter writer, JsonObject path)
    {
        if (path.Map("patch") is { } patch)
            writer.Message(8, operation => Operation(operation, patch));
    }

    private static void Operation(ProtobufWriter writer, JsonObject operation)
    {
        writer.Text(5, operation.Text("operationId"));
        foreach (var parameter in operation.Each("parameters"))
            // A parameter that is not a body, of the query.
            writer.Message(8, item => item.Message(1, any => any.Message(2, other => other.Message(3, query => Query(query, parameter)))));
        writer.Message(9, responses =>
        {
            foreach (var (code, response) in operation.Map("responses") ?? [])
                responses.Message(1, entry =>
                {
                    entry.Text(1, code);
                    entry.Message(2, value => value.Message(1, told => told.Text(1, (response as JsonObject).Text("description"))));
                });
        });
        Extensions(writer, 13, operation);
    }

    private static void Query(ProtobufWriter writer, JsonObject parameter)
    {
        writer.Text(2, parameter.Text("in"));
        writer.Text(4, parameter.Text("name"));
        writer.Text(6, parameter.Text("type"));
        writer.Flag(20, parameter.Flag("uniqueItems"));
    }

    /// <summary>x-…: each a value in YAML, of which JSON is a part.</summary>
    private static void Extensions(ProtobufWriter writer, int field, JsonObject map)
    {
        foreach (var (name, value) in map)
            if (name.StartsWith("x-", StringComparison.Ordinal))
                writer.Message(field, entry =>
                {
                    entry.Text(1, name);
                    entry.Message(2, any => any.Text(2, value?.ToJsonString() + "\n"));
                });
    }
}

/// <summary>Writes fields of a protobuf message: the wire types of lengths and of varints, which is all that OpenAPI needs.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly ArrayBufferWriter<byte> bytes = new();

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public void Text(int field, string? value)
    {
        if (value is { Length: > 0 })
            Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    public void Flag(int field, bool value)
    {
        if (!value)
            return;
        Number((field << 3) | Varint);
        Number(1);
    }

    /// <summary>A message inside; an empty one is written, too.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.ToArray());
    }

    private void Bytes(int field, byte[] value)
    {
        Number((field << 3) | Delimited);
        Number(value.Length);
        bytes.Write(value);
    }

    private void Number(int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            bytes.Write([(byte)(rest | 0x80)]);
        bytes.Write([(byte)rest]);
    }
}
