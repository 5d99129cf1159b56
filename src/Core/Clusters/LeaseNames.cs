using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Clusters;

/// <summary>The names that a lease gives.</summary>
internal static class LeaseNames
{
    public const string Account = "kontrakt";
    private const int Longest = 63;

    /// <summary>
    /// kontrakt-(name)-(short run id): a DNS label (RFC 1123) of at most 63 characters. Where the name had to be changed to fit, a hash of it
    /// keeps two such kontrakts of one run apart.
    /// </summary>
    public static string Unique(string kontrakt, string runId)
    {
        var suffix = "-" + ShortRun(runId);
        var name = Label(kontrakt);
        if (name != kontrakt || "kontrakt-".Length + name.Length + suffix.Length > Longest)
            suffix = $"-{Hash(kontrakt, 5)}{suffix}";
        name = name[..Math.Min(name.Length, Longest - "kontrakt-".Length - suffix.Length)].Trim('-');
        return name.Length == 0 ? $"kontrakt{suffix}" : $"kontrakt-{name}{suffix}";
    }

    /// <summary>A text as a label's value: at most 63 of letters, digits, '-', '_', '.', beginning and ending with a letter or digit. One that had to be changed ends with a hash of it.</summary>
    public static string LabelValue(string text)
    {
        var safe = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('-', '_', '.');
        if (safe == text && safe.Length <= Longest)
            return safe;
        return $"{safe[..Math.Min(safe.Length, Longest - 9)].TrimEnd('-', '_', '.')}-{Hash(text, 8)}".TrimStart('-');
    }

    /// <summary>The part of a run's id after its last dash, which tells runs apart; a hash of an id of another form.</summary>
    private static string ShortRun(string runId)
    {
        var last = runId[(runId.LastIndexOf('-') + 1)..];
        return last.Length is >= 4 and <= 12 && last.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c)) ? last : Hash(runId, 8);
    }

    private static string Label(string text)
    {
        var label = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c))
                label.Append(c);
            else if (label.Length > 0 && label[^1] != '-')
                label.Append('-');
        }
        return label.ToString().TrimEnd('-');
    }

    private static string Hash(string text, int digits) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
}
