using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>
/// Writes JSON as the message of its type. What has no number, and what does not fit its type, is left out: a message has no place for it.
/// </summary>
internal static class MessageWriter
{
    public static byte[] Write(JsonObject value, ObjectType type)
    {
        var writer = new ProtobufWriter();
        Write(writer, value, MessageType.Of(type));
        return writer.ToArray();
    }

    public static void Write(ProtobufWriter writer, JsonObject value, MessageType type)
    {
        var isLeftOver = false;
        foreach (var (name, node) in value)
            if (node is not null && type.Find(name) is { Shape: { } shape } field)
                Field(writer, field, shape, node);
            else
                isLeftOver |= node is not null;
        if (!isLeftOver)
            return;
        foreach (var field in type.Embedded)
            if (field.Embedded is { } embedded && value.Any(pair => pair.Value is not null && embedded.Knows(pair.Key)))
            {
                var start = writer.Begin(field.Number);
                Write(writer, value, embedded);
                writer.End(start);
            }
    }

    private static void Field(ProtobufWriter writer, MessageField field, Shape shape, JsonNode node)
    {
        if (shape is { Kind: ShapeKind.List, Element: { } item } && node is JsonArray list)
            foreach (var element in list)
                Value(writer, field, field.Number, item, element);
        else if (shape is { Kind: ShapeKind.Map, Element: { } target } && node is JsonObject map)
            foreach (var (key, value) in map)
            {
                var entry = writer.Begin(field.Number);
                writer.Text(1, key);
                if (field.WrapsLists)
                    Wrapped(writer, field, target, value as JsonArray);
                else
                    Value(writer, field, 2, target, value);
                writer.End(entry);
            }
        else
            Value(writer, field, field.Number, shape, node);
    }

    private static void Wrapped(ProtobufWriter writer, MessageField field, Shape shape, JsonArray? list)
    {
        var start = writer.Begin(2);
        foreach (var element in list ?? [])
            if (shape.Element is { } item)
                Value(writer, field, 1, item, element);
        writer.End(start);
    }

    private static void Value(ProtobufWriter writer, MessageField field, int number, Shape shape, JsonNode? node)
    {
        if (shape is { Kind: ShapeKind.Object, Type: { } type } && node is JsonObject map)
        {
            var start = writer.Begin(number);
            Write(writer, map, field.Nested(type));
            writer.End(start);
        }
        else if (shape.Kind == ShapeKind.Any && node is not null)
        {
            var start = writer.Begin(number);
            var text = writer.Begin(1);
            using (var json = new Utf8JsonWriter(writer, JsonWriting.Compact))
                node.WriteTo(json);
            writer.End(text);
            writer.End(start);
        }
        else if (node is JsonValue value)
            Scalar(writer, number, shape.Kind, value);
    }

    private static void Scalar(ProtobufWriter writer, int number, ShapeKind kind, JsonValue value)
    {
        switch (kind, value.GetValueKind())
        {
            case (ShapeKind.Text, JsonValueKind.String):
                writer.Text(number, Text(value));
                break;
            case (ShapeKind.Bytes, JsonValueKind.String):
                Base64(writer, number, Text(value));
                break;
            case (ShapeKind.Boolean, JsonValueKind.True or JsonValueKind.False):
                writer.Flag(number, value.GetValueKind() == JsonValueKind.True);
                break;
            case (ShapeKind.Int32 or ShapeKind.Int64, JsonValueKind.Number):
                writer.Number(number, Integer(value));
                break;
            case (ShapeKind.Quantity, JsonValueKind.String or JsonValueKind.Number):
                var quantity = writer.Begin(number);
                writer.Text(1, value.ToString());
                writer.End(quantity);
                break;
            case (ShapeKind.IntOrString, JsonValueKind.Number):
                IntOrString(writer, number, 0, Integer(value), "");
                break;
            case (ShapeKind.IntOrString, JsonValueKind.String):
                IntOrString(writer, number, 1, 0, Text(value));
                break;
            case (ShapeKind.Time or ShapeKind.MicroTime, JsonValueKind.String):
                Time(writer, number, Text(value));
                break;
            case (ShapeKind.Duration, JsonValueKind.String) when GoDuration.TryParse(Text(value), out var nanoseconds):
                var duration = writer.Begin(number);
                writer.Number(1, (long)nanoseconds);
                writer.End(duration);
                break;
        }
    }

    private static string Text(JsonValue value) => value.GetValue<string>();

    private static long Integer(JsonValue value) =>
        value.TryGetValue<long>(out var number) ? number : value.TryGetValue<int>(out var small) ? small : long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out number) ? number : 0;

    private static void IntOrString(ProtobufWriter writer, int field, int type, long number, string text)
    {
        var start = writer.Begin(field);
        writer.Number(1, type);
        writer.Number(2, number);
        writer.Text(3, text);
        writer.End(start);
    }

    private static void Base64(ProtobufWriter writer, int number, string text)
    {
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var size))
            writer.Bytes(number, bytes.AsSpan(0, size));
    }

    private static void Time(ProtobufWriter writer, int number, string text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return;
        var start = writer.Begin(number);
        writer.Number(1, time.ToUnixTimeSeconds());
        writer.Number(2, time.UtcTicks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        writer.End(start);
    }
}
