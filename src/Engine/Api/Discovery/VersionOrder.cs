using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>The order of preference of versions: v2, v1, v2beta1, v1beta2, v1alpha1, and then others by name.</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (first, second) = (Rank(x ?? ""), Rank(y ?? ""));
        return first == second ? string.CompareOrdinal(x, y) : second.CompareTo(first);
    }

    private static (int Stage, long Major, long Minor) Rank(string version) => Form().Match(version) is { Success: true } match
        ? (match.Groups[2].Value switch { "" => 3, "beta" => 2, _ => 1 }, Number(match.Groups[1].Value), Number(match.Groups[3].Value))
        : (0, 0, 0);

    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"\Av([1-9]\d{0,8})(?:(alpha|beta)([1-9]\d{0,8}))?\z")]
    private static partial Regex Form();
}
