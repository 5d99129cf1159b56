using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kontrakt.Diagnostics;

/// <summary>
/// The secret texts inside of a secret text, which programs take out and print alone: those of a JSON value (a docker config), a password that follows
/// a user's name in base64 or in a URL, and what is assigned to a name that says so (a file of settings, a connection string).
/// </summary>
internal static partial class SecretParts
{
    public static IEnumerable<string> Of(string text) => [
        .. InJson(text),
        .. UrlPassword().Matches(text).SelectMany(match => new[] { match.Groups[1].Value, Uri.UnescapeDataString(match.Groups[1].Value) }),
        .. Assigned().Matches(text).Select(match => match.Groups[1].Value.Trim('"', '\'')),
    ];

    private static IEnumerable<string> InJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return [];
        try
        {
            return [.. Leaves(JsonNode.Parse(text))];
        }
        catch (JsonException)
        {
            // It only looked like JSON; its lines are known already.
            return [];
        }
    }

    private static IEnumerable<string> Leaves(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Leaves(pair.Value).Concat(pair.Key == "auth" ? Password(pair.Value) : [])),
        JsonArray list => list.SelectMany(Leaves),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.ToString()],
        _ => [],
    };

    /// <summary>A docker config's "auth" is user:password in base64, and mostly the only place where the password is.</summary>
    private static IEnumerable<string> Password(JsonNode? auth)
    {
        var base64 = auth?.ToString() ?? "";
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password] ? [password] : [];
    }

    [GeneratedRegex(@"://[^/\s:@]*:([^/\s@]+)@")]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(?:password|passwd|pwd|secret|token|key|credentials?)[""']?\s*[=:]\s*(""[^""\r\n]+""|'[^'\r\n]+'|[^;\s""',]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
