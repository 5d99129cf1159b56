using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>
/// Reads a message of a type as JSON. As in Kubernetes, fields that are not known are ignored. Zeros that are in the message are in the JSON:
/// which of them are significant is for <see cref="ShapeReader"/>, as for all JSON.
/// </summary>
internal sealed class MessageReader
{
    /// <summary>No body in JSON has more values: each takes two characters and a comma.</summary>
    private const int MostValues = 1024 * 1024;

    private int values;

    /// <exception cref="ProtobufException">The bytes are not a message, or more than a body of JSON can be.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> message, ObjectType type)
    {
        var result = new JsonObject();
        new MessageReader().Object(message, MessageType.Of(type), result, Body.MaxDepth);
        return result;
    }

    /// <param name="result">What earlier bytes of the same message say; a message may come in parts.</param>
    private void Object(ReadOnlySpan<byte> message, MessageType type, JsonObject result, int depth)
    {
        if (depth == 0)
            throw new ProtobufException($"the message has more than {Body.MaxDepth} levels");
        var reader = new ProtobufReader(message);
        while (reader.Next())
            if (type.Find(reader.Field) is not { } field)
                reader.Skip();
            else if (field.Embedded is { } embedded)
                Object(reader.Bytes(), embedded, result, depth - 1);
            else if (field.Shape is { } shape)
                Field(ref reader, field, shape, result, depth - 1);
    }

    private void Field(ref ProtobufReader reader, MessageField field, Shape shape, JsonObject result, int depth)
    {
        if (shape is { Kind: ShapeKind.List, Element: { } item })
        {
            var list = result.AlwaysList(field.Name);
            if (reader.Type == WireType.Delimited && item.Kind is ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Boolean)
                Packed(reader.Bytes(), field, item, list);
            else
                list.Add(Value(ref reader, field, item, null, depth));
        }
        else if (shape is { Kind: ShapeKind.Map, Element: { } target })
            Entry(reader.Bytes(), field, target, result.Always(field.Name), depth);
        else if (Value(ref reader, field, shape, result[field.Name] as JsonObject, depth) is var value && value?.Parent is null)
            result[field.Name] = value;
    }

    /// <summary>Numbers one after the other, without a field for each.</summary>
    private void Packed(ReadOnlySpan<byte> numbers, MessageField field, Shape item, JsonArray list)
    {
        var reader = new ProtobufReader(numbers);
        while (reader.NextPacked())
            list.Add(Value(ref reader, field, item, null, 0));
    }

    private void Entry(ReadOnlySpan<byte> entry, MessageField field, Shape target, JsonObject map, int depth)
    {
        var reader = new ProtobufReader(entry);
        var key = "";
        JsonNode? value = null;
        while (reader.Next())
            if (reader.Field == 1)
                key = Encoding.UTF8.GetString(reader.Bytes());
            else if (reader.Field != 2)
                reader.Skip();
            else if (field.WrapsLists)
                value = Wrapped(reader.Bytes(), field, target.Element ?? target, depth);
            else
                value = Value(ref reader, field, target, value as JsonObject, depth);
        Count();
        map[key] = value;
    }

    private JsonArray Wrapped(ReadOnlySpan<byte> message, MessageField field, Shape item, int depth)
    {
        var list = new JsonArray();
        var reader = new ProtobufReader(message);
        while (reader.Next())
            if (reader.Field == 1)
                list.Add(Value(ref reader, field, item, null, depth));
            else
                reader.Skip();
        return list;
    }

    private JsonNode? Value(ref ProtobufReader reader, MessageField field, Shape shape, JsonObject? known, int depth)
    {
        Count();
        switch (shape.Kind)
        {
            case ShapeKind.Object when shape.Type is { } type:
                var map = known ?? [];
                Object(reader.Bytes(), field.Nested(type), map, depth);
                return map;
            case ShapeKind.Text:
                return Encoding.UTF8.GetString(reader.Bytes());
            case ShapeKind.Bytes:
                return Convert.ToBase64String(reader.Bytes());
            case ShapeKind.Boolean:
                return reader.Number() != 0;
            case ShapeKind.Int32:
                return (int)reader.Number();
            case ShapeKind.Int64:
                return reader.Number();
            default:
                return ScalarMessage.Read(reader.Bytes(), shape.Kind);
        }
    }

    private void Count()
    {
        if (++values > MostValues)
            throw new ProtobufException($"the message has more than {MostValues} values");
    }
}
