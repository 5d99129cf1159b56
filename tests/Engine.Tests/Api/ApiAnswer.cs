using System.Text.Json.Nodes;

namespace Engine.Tests.Api;

/// <summary>What the API answered, in whatever form.</summary>
internal sealed record RawAnswer(int Code, string ContentType, byte[] Body);

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(int Code, string Text, IReadOnlyList<string> Warnings)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();
    public string Message => (string?)Json["message"] ?? "";
    public string Reason => (string?)Json["reason"] ?? "";
}
