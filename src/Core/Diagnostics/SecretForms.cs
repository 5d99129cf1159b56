using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>
/// Every form in which programs are likely to print a text: as it is, escaped for URLs, JSON, HTML, source code and shells as common libraries do it,
/// these once more inside of a JSON text, and the bytes in hexadecimal and base64. A text without awkward characters has few forms, since most are the same.
/// </summary>
internal static class SecretForms
{
    /// <summary>A text with more lines than this is looked for in its simple forms: not in those inside of a JSON text, nor with more escaped than HTML needs.</summary>
    private const int MostLines = 64;

    /// <summary>Whole texts longer than this are looked for line by line only.</summary>
    private const int LongestWhole = 4096;

    /// <summary>
    /// The characters that programs leave as they are in URLs: RFC 3986's unreserved ones; with the slash, Python's quote; JavaScript's encodeURIComponent
    /// and encodeURI; forms of browsers and Java; .NET's WebUtility and UrlEncoder; paths and user names of Go.
    /// </summary>
    private static readonly string[] KeptInUrls = ["-._~", "-._~/", "-._~!*'()", "-._~!*'();/?:@&=+$,#", "-._*", "-._!*()", "-._~$&+:=@", "-._~$&+,;=", "-._~!$()*,;@"];

    private static readonly string[] Blanks = ["%20", "+"];
    private static readonly string[] Hexadecimals = ["X2", "x2"];

    /// <summary>Longer ones are printed in lines of a dump only.</summary>
    private const int LongestList = 256;

    /// <summary>Bytes of half a line of a dump, as hexdump and xxd group them; shorter rests would take harmless numbers out, and whole bundles are not dumped.</summary>
    private const int DumpGroup = 8, ShortestDump = 4, LongestDump = 4096;

    private static readonly string[] Separators = [" ", ":", "-", ",", ", "];

    /// <summary>Of coreutils' base64 and MIME; of PEM.</summary>
    private static readonly int[] LineWidths = [76, 64];

    private static readonly IReadOnlyList<Func<string, string>> Jsons =
    [
        // Most libraries; PHP and old JavaScript also escape the slash.
        JsonText.With(""), JsonText.With("", slash: true),
        // Go; Gson; Rails.
        JsonText.With("<>&\u2028\u2029"), JsonText.With("<>&='\u2028\u2029"),
        // Python, Java, PHP: ASCII alone; with HTML's characters: Newtonsoft, Ruby.
        JsonText.With("", ascii: true), JsonText.With("", ascii: true, slash: true), JsonText.With("<>&'", ascii: true), JsonText.With("<>&'\"", ascii: true),
        // System.Text.Json.
        JsonText.With("\"&'+<>`\u007f", ascii: true), JsonText.With("\"&'+<>`\u007f", ascii: true, upper: true),
        JsonText.With("\"&'+<>`", upper: true), JsonText.With("<>&", upper: true), JsonText.With("", ascii: true, upper: true),
    ];

    private static readonly IReadOnlyList<Func<string, string>> Escapes =
    [
        text => text,
        .. Jsons,
        .. KeptInUrls.SelectMany(Percents),
        // Source code: Python's texts and bytes, what C and shells write of bytes.
        CodeText.With("'"), CodeText.With("\""), CodeText.With("'", CodeBytes.Hexadecimal), CodeText.With("\"", CodeBytes.Hexadecimal),
        CodeText.With("'", CodeBytes.Octal), CodeText.With("\"", CodeBytes.Octal), CodeText.With("", CodeBytes.Hexadecimal),
        // Shells: quoted in two ways, in double quotes, by backslashes; YAML and SQL double the quote.
        text => text.Replace("'", @"'\''", StringComparison.Ordinal), text => text.Replace("'", "'\"'\"'", StringComparison.Ordinal), text => text.Replace("'", "''", StringComparison.Ordinal),
        text => CodeText.Backslashed(text, character => character is '"' or '$' or '`' or '\\' or '!'),
        text => CodeText.Backslashed(text, character => character is '"' or '$' or '`' or '\\'),
        text => CodeText.Backslashed(text, character => char.IsAscii(character) && !char.IsAsciiLetterOrDigit(character) && !",._+:@%/-".Contains(character, StringComparison.Ordinal)),
    ];

    /// <summary>All forms of a text and of each of its lines, except lines shorter than <paramref name="shortest"/>.</summary>
    public static IEnumerable<string> Of(string text, int shortest)
    {
        var whole = text.Trim();
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= shortest).Distinct(StringComparer.Ordinal).ToList();
        var all = lines.Count <= MostLines;
        foreach (var form in lines.SelectMany(line => OfLine(line, all)))
            yield return form;
        if (whole.Length < shortest)
            yield break;
        // A text that is one line was looked at above, except the spaces around it, which its bytes contain.
        foreach (var form in OfBytes(Encoding.UTF8.GetBytes(text)))
            yield return form;
        if (whole.Contains('\n') && whole.Length <= LongestWhole)
        {
            foreach (var form in OfLine(whole, all).Concat(text == whole ? [] : OfLine(text, all)))
                yield return form;
        }
    }

    /// <summary>
    /// In hexadecimal and base64. Base64 also where the bytes are preceded by one or two others (as a password by its user's name), or followed by some: then
    /// the characters at the edges depend on these, and are left out.
    /// </summary>
    /// <param name="each">Also byte by byte, which is many times as much.</param>
    public static IEnumerable<string> OfBytes(byte[] bytes, bool each = true)
    {
        yield return Convert.ToHexStringLower(bytes);
        yield return Convert.ToHexString(bytes);
        foreach (var form in each ? OfEachByte(bytes) : [])
            yield return form;
        for (var before = 0; before < 3; before++)
        {
            var base64 = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var sure = base64[(before == 0 ? 0 : before + 1)..((before + bytes.Length) * 8 / 6)];
            yield return sure;
            yield return sure.Replace('+', '-').Replace('/', '_');
            if (before > 0)
                continue;
            yield return base64;
            // As programs break it into lines.
            foreach (var line in LineWidths.Where(width => base64.Length > width).SelectMany(width => base64.Chunk(width)).Where(line => line.Length >= 16))
                yield return new(line);
        }
    }

    /// <summary>
    /// Byte by byte: "68 75 6e", "68:75:6E", "0x68, 0x75", and as numbers ("104, 117"), as languages print arrays; and groups of bytes of a dump.
    /// </summary>
    private static IEnumerable<string> OfEachByte(byte[] bytes)
    {
        if (bytes.Length is < ShortestDump or > LongestDump)
            yield break;
        foreach (var hexadecimal in Hexadecimals)
        {
            string[] each = [.. bytes.Select(part => part.ToString(hexadecimal, System.Globalization.CultureInfo.InvariantCulture))];
            foreach (var group in each.Chunk(DumpGroup).Where(group => group.Length >= ShortestDump))
            {
                yield return string.Join(' ', group);
                yield return string.Join(' ', group.Chunk(2).Select(pair => string.Concat(pair)));
            }
            if (bytes.Length > LongestList)
                continue;
            foreach (var separator in Separators)
            {
                yield return string.Join(separator, each);
                yield return string.Join(separator, each.Select(part => $"0x{part}"));
            }
        }
        if (bytes.Length > LongestList)
            yield break;
        foreach (var separator in Separators)
            yield return string.Join(separator, bytes);
    }

    private static IEnumerable<string> OfLine(string line, bool all)
    {
        var escaped = Escapes.Select(escape => escape(line)).ToHashSet(StringComparer.Ordinal);
        return [.. escaped, .. HtmlText.Of(line, all), .. all ? Jsons.SelectMany(json => escaped.Select(json)) : [], .. OfBytes(Encoding.UTF8.GetBytes(line), each: all)];
    }

    private static IEnumerable<Func<string, string>> Percents(string kept) =>
        from hexadecimal in Hexadecimals
        from blank in Blanks
        select (Func<string, string>)(text => Percent(text, kept, hexadecimal, blank));

    private static string Percent(string text, string kept, string hexadecimal, string blank)
    {
        var result = new StringBuilder(text.Length);
        foreach (var each in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)each;
            if (character == ' ')
                result.Append(blank);
            else if (char.IsAsciiLetterOrDigit(character) || kept.Contains(character, StringComparison.Ordinal))
                result.Append(character);
            else
                result.Append('%').Append(each.ToString(hexadecimal, System.Globalization.CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }
}
