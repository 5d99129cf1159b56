using System.Text.Json;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>What is worth knowing of an unpacked layer.</summary>
internal sealed record LayerNotes
{
    /// <summary>Of all its files together.</summary>
    public long Bytes { get; set; }
    public int Entries { get; set; }
    /// <summary>A layer's devices are left out, as runtimes in user namespaces do: pods have their own /dev.</summary>
    public int DevicesLeftOut { get; set; }
    /// <summary>Files whose owner this process may not set; they belong to the user it runs as.</summary>
    public int OwnersLeftOut { get; set; }
    /// <summary>The first few of both, for people.</summary>
    public List<string> Examples { get; init; } = [];

    public void Example(string text)
    {
        const int enough = 20;
        if (Examples.Count < enough)
            Examples.Add(text);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static LayerNotes? TryParse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<LayerNotes>(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
