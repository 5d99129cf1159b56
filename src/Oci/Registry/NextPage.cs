namespace Kontrakt.Oci.Registry;

/// <summary>A list that a registry gives in pages.</summary>
internal static class NextPage
{
    /// <summary>Where the next page is (RFC 8288: Link: &lt;target&gt;; rel="next"); null after the last.</summary>
    public static string? Of(HttpResponseMessage response)
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
