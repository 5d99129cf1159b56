namespace Kontrakt.Engine.Controllers;

/// <summary>Names with a suffix that nobody has yet, from letters and digits that spell no words.</summary>
internal static class RandomNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    /// <summary>A label's, since names of pods become host names.</summary>
    private const int LongestName = 63;

    public static string After(string prefix) =>
        prefix[..Math.Min(prefix.Length, LongestName - SuffixLength)] + string.Create(SuffixLength, 0, (text, _) => Random.Shared.GetItems(Alphabet, text));

    /// <summary>A short text for a value, always the same.</summary>
    public static string Hash(ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(value, hash);
        Span<char> text = stackalloc char[10];
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[hash[i] % Alphabet.Length];
        return text.ToString();
    }
}
