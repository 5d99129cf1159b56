using System.Buffers;
using System.Text;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>A manifest's characters and the encoding that turns them back into the very bytes they came from.</summary>
/// <param name="Text">With the byte order mark, where there is one, as its first character.</param>
/// <param name="Encoding">Writes no byte order mark of its own.</param>
public sealed record YamlText(string Text, Encoding Encoding)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What YAML 1.2 (section 5.1, c-printable) does not allow, and the byte order mark, which may only be at the very beginning.</summary>
    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(IsSuspect)]);

    /// <summary>Reads a file of UTF-8, or of UTF-16 with a byte order mark (YAML 1.2, section 5.2).</summary>
    /// <exception cref="YamlSyntaxException">The bytes are not text, or more than <see cref="YamlFile.MaxLength"/>.</exception>
    public static YamlText Load(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > YamlFile.MaxLength)
            throw new YamlSyntaxException(path, new(0, 1, 1), YamlFault.TooLarge, $"it has {length:N0} bytes; {YamlFile.MaxLength:N0} are allowed");
        return Decode(path, File.ReadAllBytes(path));
    }

    /// <summary>Decodes the bytes of a file: UTF-8, or UTF-16 with a byte order mark.</summary>
    /// <exception cref="YamlSyntaxException">The bytes are not text; the place is that of the first that is not text.</exception>
    public static YamlText Decode(string path, ReadOnlySpan<byte> bytes)
    {
        Encoding encoding = bytes switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => throw new YamlSyntaxException(path, new(0, 1, 1), YamlFault.Syntax, "it is UTF-32; save it as UTF-8"),
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
            _ => Utf8,
        };
        try
        {
            return new(encoding.GetString(bytes), encoding);
        }
        catch (DecoderFallbackException invalid)
        {
            var before = Encoding.UTF8.GetString(bytes[..Math.Clamp(invalid.Index, 0, bytes.Length)]);
            throw new YamlSyntaxException(path, MarkAt(before, before.Length), YamlFault.Syntax, "it holds bytes that are not UTF-8; save it as UTF-8");
        }
    }

    /// <summary>The line and column of an offset: lines end with LF, CR LF or CR.</summary>
    public static YamlMark MarkAt(string text, int offset)
    {
        var (line, lineStart) = (1, 0);
        for (var at = 0; at < offset; at++)
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')))
                (line, lineStart) = (line + 1, at + 1);
        return new(offset, line, offset - lineStart + 1);
    }

    /// <summary>Refuses characters that YAML does not allow.</summary>
    internal static void Check(string path, string text)
    {
        var from = text.StartsWith('\uFEFF') ? 1 : 0;
        while (text.AsSpan(from).IndexOfAny(Suspects) is var found and >= 0)
        {
            var at = from + found;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                throw new YamlSyntaxException(path, MarkAt(text, at), YamlFault.Syntax, Describe(text[at]));
            from = at + 2;
        }
    }

    private static string Describe(char character) => character switch
    {
        '\0' => "it holds a NUL byte, so it is binary or UTF-16 without a byte order mark; save it as UTF-8",
        '\uFEFF' => "a byte order mark is in the middle of it (were files joined?); remove it",
        _ => $"the character U+{(int)character:X4} may not be in YAML; remove it, or write it as \"\\u{(int)character:X4}\" in double quotes",
    };

    private static bool IsSuspect(char character) => character switch
    {
        '\t' or '\n' or '\r' or '\u0085' => false,
        < ' ' or (>= '\u007F' and < '\u00A0') => true,
        (>= '\uD800' and < '\uE000') or '\uFEFF' or '\uFFFE' or '\uFFFF' => true,
        _ => false,
    };
}
