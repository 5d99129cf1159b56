using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Protobuf;

/// <summary>What Go clients ask for, and how it is read.</summary>
internal static class Form
{
    public const string Accept = Envelope.MediaType + ",application/json";

    public static JsonObject Read(string kind, RawAnswer answer)
    {
        Assert.AreEqual(Envelope.MediaType, answer.ContentType, Encoding.UTF8.GetString(answer.Body));
        var type = KubernetesSchema.Types[kind];
        return new ShapeReader(new()).Object(Envelope.Read(answer.Body, type), type.Shape, Place.Root);
    }

    public static string Sorted(ResourceKind kind, JsonObject item) => RoundTrips.Sorted(ObjectDecoder.Decode(kind, item, FieldValidation.Ignore).Json);
}
