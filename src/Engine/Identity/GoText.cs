using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Identity;

/// <summary>Texts as Go's %q writes them, which messages of Kubernetes are made with.</summary>
internal static class GoText
{
    public static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < ' ' or 0x7f => result.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                _ => result.Append(rune.ToString()),
            };
        }
        return result.Append('"').ToString();
    }

    public static string Quote(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Quote))}]";
}
