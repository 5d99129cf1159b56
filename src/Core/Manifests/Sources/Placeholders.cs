using System.Text.RegularExpressions;

namespace Kontrakt.Manifests.Sources;

/// <summary>The texts ${NAME} that mean values.</summary>
internal static partial class Placeholders
{
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Replaces each once: what a value holds is not looked at again.</summary>
    /// <param name="valueOf">Null: the placeholder stays as it is.</param>
    public static string Replace(string text, Func<string, string?> valueOf) =>
        Placeholder().Replace(text, match => valueOf(match.Groups[1].Value) ?? match.Value);

    /// <summary>A placeholder inside of a placeholder; null where there is none.</summary>
    public static string? Nested(string text) => NestedPlaceholder().Match(text) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"\$\{([A-Za-z0-9_.-]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\$\{[^}]*\$\{[^}]*\}?")]
    private static partial Regex NestedPlaceholder();
}
