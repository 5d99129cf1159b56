using System.Text.RegularExpressions;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>$NAME and ${NAME}, ${NAME:-otherwise}, ${NAME:+instead}, as Dockerfiles have them; unknown ones are empty.</summary>
internal static partial class Variables
{
    public static string Replace(string text, IReadOnlyDictionary<string, string> values) => Use().Replace(text, use =>
    {
        if (use.Groups["escaped"].Success)
            return "$";
        var value = values.GetValueOrDefault(use.Groups["name"].Value, "");
        return use.Groups["how"].Value switch
        {
            ":-" => value.Length > 0 ? value : Replace(use.Groups["word"].Value, values),
            ":+" => value.Length > 0 ? Replace(use.Groups["word"].Value, values) : "",
            _ => value,
        };
    });

    [GeneratedRegex(@"(?<escaped>\\\$)|\$(?:(?<name>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)(?:(?<how>:[-+])(?<word>[^}]*))?\})")]
    private static partial Regex Use();
}
