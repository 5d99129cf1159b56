using System.Text.Json;

namespace Kontrakt.Oci.Registry;

/// <summary>A page of tags/list (distribution-spec, "Listing Tags").</summary>
internal static class TagPage
{
    /// <summary>Null when the body is not such a page. A repository whose tags are all gone has null for a list.</summary>
    public static IReadOnlyList<string>? Tags(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("tags", out var tags) ? null
                : tags.ValueKind == JsonValueKind.Null ? []
                : tags.ValueKind == JsonValueKind.Array && tags.EnumerateArray().All(tag => tag.ValueKind == JsonValueKind.String)
                    ? [.. tags.EnumerateArray().Select(tag => tag.GetString() ?? "")]
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Where the next page is (RFC 8288: Link: &lt;target&gt;; rel="next"); null after the last.</summary>
    public static string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Link", out var lines))
            return null;
        foreach (var line in lines)
        {
            var (open, close) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
            if (open >= 0 && close > open && line[close..].Replace("\"", "", StringComparison.Ordinal).Contains("rel=next", StringComparison.OrdinalIgnoreCase))
                return line[(open + 1)..close];
        }
        return null;
    }
}
