using System.Globalization;

namespace Kontrakt.Diagnostics;

/// <summary>Counts for people.</summary>
public static class CountText
{
    /// <summary>Such as "1 restart", "0 restarts", "2 restarts".</summary>
    /// <param name="one">What is counted, of which the plural has an s.</param>
    public static string Format(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
