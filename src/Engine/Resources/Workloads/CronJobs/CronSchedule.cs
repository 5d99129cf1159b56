using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// When a cron job's jobs begin, as Kubernetes reads it (CronJob, "Schedule syntax"): five fields, or @daily and the like, or @every with a
/// duration. What the library knows beyond that (L, W, #, seconds) is refused, as a cluster does.
/// </summary>
internal sealed partial class CronSchedule
{
    private static readonly string[] Macros = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    private static readonly CronField[] Fields =
    [
        new("minute", 0, 59, []), new("hour", 0, 23, []), new("day of month", 1, 31, []),
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <summary>What is longer never comes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36500);

    private readonly IReadOnlyList<CronExpression> expressions;
    private readonly TimeSpan? every;
    private readonly TimeZoneInfo zone;

    private CronSchedule(IReadOnlyList<CronExpression> expressions, TimeSpan? every, TimeZoneInfo zone) => (this.expressions, this.every, this.zone) = (expressions, every, zone);

    /// <param name="timeZone">"" for UTC.</param>
    /// <exception cref="FormatException">It is not a schedule; the message says why.</exception>
    public static CronSchedule Parse(string text, string timeZone)
    {
        var zone = timeZone.Length == 0 ? TimeZoneInfo.Utc : ZoneOf(timeZone) ?? throw new FormatException(Unknown(timeZone));
        if (text.StartsWith("@every ", StringComparison.Ordinal))
            return new([], Duration(text["@every ".Length..]), zone);
        if (text.StartsWith('@'))
            return Macros.Contains(text) ? new([CronExpression.Parse(text)], null, zone) : throw new FormatException($"unrecognized descriptor: {text}");
        if (text.Contains("TZ=", StringComparison.Ordinal))
            throw new FormatException("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != Fields.Length)
            throw new FormatException($"expected exactly 5 fields, found {words.Length}: [{string.Join(' ', words)}]");
        var fields = words.Zip(Fields, (word, field) => field.Read(word)).ToArray();
        // Where both days are given either of them is enough (crontab(5)); the library wants both.
        string[][] forms = fields[2] != "*" && fields[4] != "*" ? [[.. fields[..4], "*"], [.. fields[..2], "*", .. fields[3..]]] : [fields];
        return new([.. forms.Select(form => CronExpression.Parse(string.Join(' ', form)))], null, zone);
    }

    /// <summary>Why a zone is not known: zones come from the machine.</summary>
    public static string Unknown(string name) => TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _) ? $"unknown time zone {name}" : $"unknown time zone {name}: this machine has no time zones (package tzdata)";

    /// <summary>The name of a zone of the IANA database; null for none.</summary>
    public static TimeZoneInfo? ZoneOf(string name) =>
        !name.Equals("local", StringComparison.OrdinalIgnoreCase) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>The first time after a time; null for never.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) =>
        after > DateTimeOffset.MaxValue - Longest ? null : every is { } pause ? after.AddTicks(-(after.Ticks % TimeSpan.TicksPerSecond)) + pause : expressions.Select(each => each.GetNextOccurrence(after, zone)).Min()?.ToUniversalTime();

    /// <summary>The first time after now; of a duration, counted from an earlier time.</summary>
    /// <param name="from">When its last job began, or it began itself.</param>
    public DateTimeOffset? Next(DateTimeOffset from, DateTimeOffset now) => every is null ? Next(now) : Next(Last(from, now) ?? from);

    /// <summary>The last time in a span; null for none.</summary>
    /// <param name="from">Not part of it.</param>
    /// <param name="to">Part of it.</param>
    public DateTimeOffset? Last(DateTimeOffset from, DateTimeOffset to)
    {
        if (Next(from) is not { } first || first > to)
            return null;
        return every is { } pause ? first + (pause * Math.Floor((to - first) / pause)) : expressions.Select(each => each.GetPreviousOccurrence(to, zone, inclusive: true)).Max()?.ToUniversalTime();
    }

    /// <summary>Whether there are more times in a span than a number.</summary>
    public bool HasMore(int number, DateTimeOffset from, DateTimeOffset to)
    {
        var next = Next(from);
        while (next <= to && number-- > 0)
            next = Next(next.Value);
        return next <= to;
    }

    private static TimeSpan Duration(string text)
    {
        var match = DurationForm().Match(text);
        if (!match.Success)
            throw new FormatException($"failed to parse duration @every {text}");
        var total = 0.0;
        for (var i = 0; i < match.Groups["number"].Captures.Count; i++)
            total += double.Parse(match.Groups["number"].Captures[i].Value, CultureInfo.InvariantCulture) * match.Groups["unit"].Captures[i].Value switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                _ => 0.001,
            };
        return TimeSpan.FromSeconds(Math.Floor(Math.Clamp(total, 1, Longest.TotalSeconds)));
    }

    [GeneratedRegex(@"^(?:(?<number>\d{1,6}(?:\.\d{1,6})?)(?<unit>h|ms|m|s))+$")]
    private static partial Regex DurationForm();

    /// <summary>One of the five fields.</summary>
    private sealed record CronField(string Name, int Least, int Most, string[] Names)
    {
        /// <returns>The same in the library's form; "*" for one that restricts nothing.</returns>
        public string Read(string text) => string.Join(',', text.Split(',').Select(Range));

        private string Range(string text)
        {
            var step = text.Split('/');
            if (step.Length > 2)
                throw new FormatException($"too many slashes: {text}");
            var ends = step[0].Split('-');
            if (ends.Length > 2)
                throw new FormatException($"too many hyphens: {text}");
            var by = step.Length == 1 ? 1 : int.TryParse(step[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
                : throw new FormatException($"step of range should be a positive number: {text}");
            var all = ends is ["*" or "?"];
            if (all && by == 1)
                return "*";
            var begin = all ? Least : Number(ends[0]);
            var end = all ? Most : ends.Length == 2 ? Number(ends[1]) : step.Length == 2 ? Most : begin;
            if (begin > end)
                throw new FormatException($"beginning of range ({begin}) beyond end of range ({end}): {text}");
            // A step that leads out of the range leaves its beginning.
            return by > end - begin ? begin.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{begin}-{end}/{by}");
        }

        private int Number(string text)
        {
            if (Array.IndexOf(Names, text.ToLowerInvariant()) is >= 0 and var name)
                return name + Least;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw new FormatException($"failed to parse int from {text} ({Name})");
            return number >= Least && number <= Most ? number : throw new FormatException($"{Name}: {text} is not between {Least} and {Most}");
        }
    }
}
