using System.Text.Json.Nodes;
using Kontrakt.Clusters.Embedded;

namespace Tool.Tests.Engines;

/// <summary>A handshake file as it was when it was read, to be written otherwise.</summary>
internal sealed class HandshakeText(EngineFolder folder)
{
    private readonly string _text = File.ReadAllText(folder.Handshake);

    public string Token => JsonNode.Parse(_text)?["users"]?[0]?["user"]?["token"]?.ToString() ?? throw new InvalidOperationException("it has no token");

    /// <summary>Writes it with other words about the engine.</summary>
    public void Change(Action<JsonNode> change)
    {
        var file = JsonNode.Parse(_text);
        change(file?["extensions"]?[0]?["extension"] ?? throw new InvalidOperationException("it has no extension"));
        File.WriteAllText(folder.Handshake, file.ToJsonString());
    }

    /// <summary>Writes the first half of it.</summary>
    public void Halve() => File.WriteAllText(folder.Handshake, _text[..(_text.Length / 2)]);
}
