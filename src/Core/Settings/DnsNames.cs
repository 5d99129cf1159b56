namespace Kontrakt.Settings;

/// <summary>Kubernetes' rules for names (RFC 1123 as its API conventions take it).</summary>
public static class DnsNames
{
    /// <summary>Lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63: the name of a namespace.</summary>
    public static bool IsLabel(string name) =>
        name.Length is > 0 and <= 63 && name.All(character => IsAlphanumeric(character) || character == '-') && IsAlphanumeric(name[0]) && IsAlphanumeric(name[^1]);

    /// <summary>Labels with dots between them, at most 253: the name of most objects.</summary>
    public static bool IsSubdomain(string name) => name.Length <= 253 && name.Split('.').All(IsLabel);

    private static bool IsAlphanumeric(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
}
