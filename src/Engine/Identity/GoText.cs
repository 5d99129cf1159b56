namespace Kontrakt.Engine.Identity;

/// <summary>Texts as Go's %q writes them, which messages of Kubernetes are made with.</summary>
internal static class GoText
{
    public static string Quote(string text) => $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Quote(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Quote))}]";
}
