using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kontrakt.Engine.Store;

/// <summary>How JSON is written: text as it is, as deep as it comes.</summary>
internal static class JsonWriting
{
    private const int Depth = 1000;

    public static JsonWriterOptions Compact { get; } = new() { MaxDepth = Depth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    public static JsonWriterOptions Indented { get; } = Compact with { Indented = true, NewLine = "\n" };
}
