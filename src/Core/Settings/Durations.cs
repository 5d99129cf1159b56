using System.Globalization;

namespace Kontrakt.Settings;

/// <summary>Durations as people write them: 90s, 10m, 1h30m, 500ms, 2d, 1.5h, or 00:10:00.</summary>
public static class Durations
{
    /// <summary>The longest that is accepted; more is a typing error.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private static readonly System.Buffers.SearchValues<char> NumberCharacters = System.Buffers.SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];

    /// <exception cref="FormatException">Says what is wrong, without naming the text.</exception>
    public static TimeSpan Parse(string text) => TryParse(text, out var duration, out var problem) ? duration : throw new FormatException(problem);

    /// <param name="problem">What is wrong and what to write; empty on success.</param>
    public static bool TryParse(string text, out TimeSpan duration, out string problem)
    {
        text = text.Trim();
        problem = "";
        if (text.Contains(':') ? !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) : !TryUnits(text, out duration))
            problem = double.TryParse(text, CultureInfo.InvariantCulture, out _)
                ? $"a duration needs a unit, such as {text}s"
                : "it is not a duration such as 90s, 10m, 1h30m or 00:10:00";
        else if (duration < TimeSpan.Zero || duration > Longest)
            problem = $"a duration is from 0s to {Longest.TotalDays:0}d";
        return problem.Length == 0;
    }

    /// <summary>A duration in the form that is read: 1h30m, 90s is 1m30s.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = "";
        foreach (var (amount, unit) in new[] { ((int)duration.TotalHours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s") })
            text += amount == 0 ? "" : amount.ToString(CultureInfo.InvariantCulture) + unit;
        return text.Length == 0 ? duration.Milliseconds.ToString(CultureInfo.InvariantCulture) + (duration.Milliseconds == 0 ? "s" : "ms") : text;
    }

    /// <summary>Each unit at most once, the larger first.</summary>
    private static bool TryUnits(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var (rest, smallest, total) = (text, double.MaxValue, 0.0);
        while (rest.Length > 0)
        {
            var digits = rest.AsSpan().IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
                return false;
            var (unit, milliseconds) = Units.FirstOrDefault(unit => rest.AsSpan(digits).StartsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
            if (unit is null || milliseconds >= smallest)
                return false;
            (rest, smallest, total) = (rest[(digits + unit.Length)..], milliseconds, total + amount * milliseconds);
        }
        duration = TimeSpan.FromMilliseconds(Math.Min(total, TimeSpan.MaxValue.TotalMilliseconds / 2));
        return text.Length > 0;
    }
}
