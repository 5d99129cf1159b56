using System.Globalization;

namespace Kontrakt.Kubernetes.Objects;

/// <summary>Points in time as the API writes them (RFC 3339): 2026-11-30T08:57:33Z, 2026-11-30T09:57:33.000001+01:00.</summary>
public static class Timestamps
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        // Without its zone it is not a point in time.
        return text.Length > 20 - 1 && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
