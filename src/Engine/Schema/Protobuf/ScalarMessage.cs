using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>What is a single value in JSON and a message in protobuf: quantities, times, durations, and what is a number or a text.</summary>
internal ref struct ScalarMessage
{
    /// <summary>What Go's zero time is, which JSON has as null.</summary>
    private static readonly long NoTime = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private long first;
    private long second;
    private ReadOnlySpan<byte> bytes;

    /// <exception cref="ProtobufException">It is not one.</exception>
    public static JsonNode? Read(ReadOnlySpan<byte> message, ShapeKind kind)
    {
        var value = new ScalarMessage();
        var reader = new ProtobufReader(message);
        while (reader.Next())
            if (reader.Field == BytesIn(kind))
                value.bytes = reader.Bytes();
            else if (reader.Field == 1)
                value.first = reader.Number();
            else if (reader.Field == 2)
                value.second = reader.Number();
            else
                reader.Skip();
        return kind switch
        {
            ShapeKind.Quantity => value.bytes.IsEmpty ? "0" : Encoding.UTF8.GetString(value.bytes),
            ShapeKind.IntOrString => value.first == 0 ? (int)value.second : Encoding.UTF8.GetString(value.bytes),
            ShapeKind.Time or ShapeKind.MicroTime => message.IsEmpty ? null : value.Time(kind),
            ShapeKind.Duration => GoDuration.ToText(value.first),
            _ => value.bytes.IsEmpty ? null : Body.ParseJson(value.bytes.ToArray()).Json,
        };
    }

    private static int BytesIn(ShapeKind kind) => kind switch
    {
        ShapeKind.IntOrString => 3,
        ShapeKind.Time or ShapeKind.MicroTime or ShapeKind.Duration => 0,
        _ => 1,
    };

    private readonly JsonNode? Time(ShapeKind kind)
    {
        if (first == NoTime && second == 0)
            return null;
        if (first < NoTime || first > LastTime || second is < 0 or >= 1_000_000_000)
            throw new ProtobufException($"a time of {first} seconds and {second} nanoseconds");
        return Scalars.TimeText(DateTimeOffset.FromUnixTimeSeconds(first).AddTicks(second / TimeSpan.NanosecondsPerTick), kind);
    }
}
