using System.Text;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>Warning headers (RFC 7234, section 5.5), as kubectl shows them.</summary>
internal static class Warnings
{
    private const int MaxTotal = 4096;

    public static void Add(HttpResponse response, IEnumerable<string> texts)
    {
        var total = 0;
        foreach (var text in texts.Distinct(StringComparer.Ordinal))
        {
            var header = $"299 - \"{Quote(text)}\"";
            total += header.Length;
            if (total > MaxTotal)
                return; // Headers have a limit; the rest is more of the same.
            response.Headers.Append("Warning", header);
        }
    }

    /// <summary>Printable ASCII alone: servers and proxies refuse anything else in a header.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var character in text)
            if (character is '"' or '\\')
                quoted.Append('\\').Append(character);
            else
                quoted.Append(character is >= ' ' and < '\u007f' ? character : character == '\n' ? ' ' : '?');
        return quoted.ToString();
    }
}
