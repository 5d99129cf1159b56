using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>An OpenAPI document in gnostic's protobuf form (openapi.v2.Document); the numbers are those of its fields.</summary>
internal static class OpenApiProtobuf
{
    public static byte[] Encode(JsonObject document)
    {
        var writer = new ProtobufWriter();
        Text(writer, 1, document.Text("swagger"));
        writer.Message(2, info =>
        {
            Text(info, 1, document.Map("info").Text("title"));
            Text(info, 2, document.Map("info").Text("version"));
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
                    Text(entry, 1, name);
                    entry.Message(2, below => write(below, inner));
                });
    }

    private static void Schema(ProtobufWriter writer, JsonObject schema)
    {
        Text(writer, 1, schema.Text("$ref"));
        Text(writer, 2, schema.Text("format"));
        foreach (var name in schema.List("required") ?? [])
            Text(writer, 19, name?.ToString());
        if (schema.Map("additionalProperties") is { } additional)
            writer.Message(21, item => item.Message(1, below => Schema(below, additional)));
        if (schema.Text("type") is { Length: > 0 } type)
            writer.Message(22, item => Text(item, 1, type));
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
        Text(writer, 5, operation.Text("operationId"));
        foreach (var parameter in operation.Each("parameters"))
            // A parameter that is not a body, of the query.
            writer.Message(8, item => item.Message(1, any => any.Message(2, other => other.Message(3, query => Query(query, parameter)))));
        writer.Message(9, responses =>
        {
            foreach (var (code, response) in operation.Map("responses") ?? [])
                responses.Message(1, entry =>
                {
                    Text(entry, 1, code);
                    entry.Message(2, value => value.Message(1, told => Text(told, 1, (response as JsonObject).Text("description"))));
                });
        });
        Extensions(writer, 13, operation);
    }

    private static void Query(ProtobufWriter writer, JsonObject parameter)
    {
        Text(writer, 2, parameter.Text("in"));
        Text(writer, 4, parameter.Text("name"));
        Text(writer, 6, parameter.Text("type"));
        if (parameter.Flag("uniqueItems"))
            writer.Flag(20, true);
    }

    /// <summary>x-…: each a value in YAML, of which JSON is a part.</summary>
    private static void Extensions(ProtobufWriter writer, int field, JsonObject map)
    {
        foreach (var (name, value) in map)
            if (name.StartsWith("x-", StringComparison.Ordinal))
                writer.Message(field, entry =>
                {
                    Text(entry, 1, name);
                    entry.Message(2, any => Text(any, 2, value?.ToJsonString() + "\n"));
                });
    }

    /// <summary>Text that is left out where there is none.</summary>
    private static void Text(ProtobufWriter writer, int field, string? value)
    {
        if (value is { Length: > 0 })
            writer.Text(field, value);
    }
}
