using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontrakt.Kubernetes.Objects;

/// <summary>Durations as Go, and so the API, writes them: 1h0m0s, 1.5s, 300ms.</summary>
public static partial class GoDuration
{
    /// <param name="nanoseconds">Exact, also where a TimeSpan is not.</param>
    public static bool TryParse(string text, out decimal nanoseconds)
    {
        nanoseconds = 0;
        if (text is "0" or "+0" or "-0")
            return true;
        if (Written().Match(text) is not { Success: true } match)
            return false;
        foreach (var (number, unit) in match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures, (number, unit) => (number.Value, unit.Value)))
        {
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > long.MaxValue)
                return false;
            nanoseconds += amount * unit switch { "h" => 3_600_000_000_000m, "m" => 60_000_000_000m, "s" => 1_000_000_000m, "ms" => 1_000_000m, "ns" => 1m, _ => 1000m };
        }
        if (text[0] == '-')
            nanoseconds = -nanoseconds;
        return true;
    }

    /// <summary>As Go writes it.</summary>
    public static string ToText(long nanoseconds)
    {
        var size = Math.Abs((decimal)nanoseconds);
        var sign = nanoseconds < 0 ? "-" : "";
        if (size is > 0 and < 1_000_000_000)
            return sign + (size < 1000 ? Number(size, "ns") : size < 1_000_000 ? Number(size / 1000, "µs") : Number(size / 1_000_000, "ms"));
        var (minutes, seconds) = ((long)(size / 60_000_000_000), Number(size % 60_000_000_000 / 1_000_000_000, "s"));
        return sign + (minutes >= 60 ? Number(minutes / 60, "h") : "") + (minutes > 0 ? Number(minutes % 60, "m") : "") + seconds;
    }

    private static string Number(decimal amount, string unit) => amount.ToString("0.#########", CultureInfo.InvariantCulture) + unit;

    [GeneratedRegex(@"^[+-]?(?:(?<number>[0-9]{1,19}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?<unit>h|ms|m|s|us|µs|μs|ns))+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
