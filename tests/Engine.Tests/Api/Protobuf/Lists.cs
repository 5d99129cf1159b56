using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Protobuf;

/// <summary>Takes lists in protobuf apart.</summary>
internal static class Lists
{
    public static IReadOnlyList<JsonObject> Read(byte[] list, ResourceKind kind) =>
        [.. Items(list).Select(item => ObjectDecoder.Decode(kind, MessageReader.Read(item, KubernetesSchema.TypeOf(kind)), FieldValidation.Ignore).Json)];

    public static IReadOnlyList<byte[]> Items(byte[] list) => [.. Fields(Message(list), 2)];

    public static JsonObject Metadata(byte[] list) => MessageReader.Read(Fields(Message(list), 1).Single(), KubernetesSchema.Types["ListMeta"]);

    public static JsonObject Type(byte[] list)
    {
        var type = Fields(list.AsSpan(4), 1).Single();
        return new() { ["apiVersion"] = Encoding.UTF8.GetString(Fields(type, 1).Single()), ["kind"] = Encoding.UTF8.GetString(Fields(type, 2).Single()) };
    }

    private static byte[] Message(byte[] list) => Fields(list.AsSpan(4), 2).Single();

    private static List<byte[]> Fields(ReadOnlySpan<byte> message, int number)
    {
        var found = new List<byte[]>();
        for (var reader = new ProtobufReader(message); reader.Next();)
            if (reader.Field == number)
                found.Add(reader.Bytes().ToArray());
            else
                reader.Skip();
        return found;
    }
}
