using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>An object in protobuf as Kubernetes sends it: four bytes, and a message (runtime.Unknown) with the object's kind and its own message.</summary>
internal static class Envelope
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int TypeMeta = 1;
    private const int Raw = 2;
    private const int ContentEncoding = 3;
    private const int ApiVersion = 1;
    private const int Kind = 2;

    private static ReadOnlySpan<byte> Prefix => "k8s\0"u8;

    /// <summary>What comes before the <paramref name="size"/> bytes of an object's message.</summary>
    public static byte[] Head(string apiVersion, string kind, long size)
    {
        var writer = new ProtobufWriter();
        writer.Raw(Prefix);
        writer.Message(TypeMeta, type =>
        {
            type.Text(ApiVersion, apiVersion);
            type.Text(Kind, kind);
        });
        writer.Head(Raw, size);
        return writer.ToArray();
    }

    /// <returns>null for a kind that the schema does not have.</returns>
    public static byte[]? Write(JsonObject value)
    {
        var kind = value.Text("kind");
        if (!KubernetesSchema.Types.TryGetValue(kind, out var type))
            return null;
        var message = MessageWriter.Write(value, type);
        return [.. Head(value.Text("apiVersion"), kind, message.Length), .. message];
    }

    /// <summary>The object as JSON, with its apiVersion and kind as far as the body names them.</summary>
    /// <param name="type">The one that is expected.</param>
    /// <exception cref="StatusException">400.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body, ObjectType type)
    {
        if (!body.StartsWith(Prefix))
            throw StatusException.BadRequest($"the object provided is unrecognized (must be of type {type.Name}): "
                + (body.IsEmpty ? "empty data" : $"provided data does not appear to be a protobuf message, expected prefix [{string.Join(' ', Prefix.ToArray())}]"));
        try
        {
            return Read(new ProtobufReader(body[Prefix.Length..]), type);
        }
        catch (ProtobufException malformed)
        {
            throw StatusException.BadRequest($"the body cannot be handled as a {type.Name}: {malformed.Message}");
        }
    }

    private static JsonObject Read(ProtobufReader reader, ObjectType type)
    {
        var (apiVersion, kind) = ("", "");
        ReadOnlySpan<byte> raw = [];
        while (reader.Next())
            switch (reader.Field)
            {
                case TypeMeta:
                    (apiVersion, kind) = Types(new(reader.Bytes()));
                    break;
                case Raw:
                    raw = reader.Bytes();
                    break;
                case ContentEncoding when reader.Bytes() is { Length: > 0 } encoding:
                    throw new ProtobufException($"the content encoding {Encoding.UTF8.GetString(encoding)} is not known");
                case ContentEncoding:
                    break;
                default:
                    reader.Skip();
                    break;
            }
        if (kind.Length > 0 && kind != type.Name)
            throw new ProtobufException($"its kind is {kind}");
        var read = MessageReader.Read(raw, type);
        read["apiVersion"] = apiVersion;
        read["kind"] = kind;
        return read;
    }

    private static (string ApiVersion, string Kind) Types(ProtobufReader reader)
    {
        var (apiVersion, kind) = ("", "");
        while (reader.Next())
            if (reader.Field == ApiVersion)
                apiVersion = Encoding.UTF8.GetString(reader.Bytes());
            else if (reader.Field == Kind)
                kind = Encoding.UTF8.GetString(reader.Bytes());
            else
                reader.Skip();
        return (apiVersion, kind);
    }
}
