using System.Globalization;

namespace Kontrakt.Reports.Html;

/// <summary>A part of a bar of time.</summary>
/// <param name="Kind">The class that gives its colour; also its name in words.</param>
internal sealed record TimePart(string Kind, DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>Clocks of a record may have been set back, and a cluster's clock is not this machine's.</summary>
    public TimeSpan Length => Ended > Began ? Ended - Began : TimeSpan.Zero;

    /// <summary>The part, where both of its ends are known.</summary>
    public static IEnumerable<TimePart> Between(string kind, DateTimeOffset? began, DateTimeOffset? ended) =>
        began is { } from && ended is { } to && to >= from ? [new(kind, from, to)] : [];
}

/// <summary>Bars that share one scale.</summary>
internal sealed class TimeBar(IEnumerable<TimePart> all)
{
    private readonly List<TimePart> _all = [.. all];

    public DateTimeOffset Begin => _all.Count == 0 ? DateTimeOffset.UnixEpoch : _all.Min(part => part.Began);

    public DateTimeOffset End => _all.Count == 0 ? DateTimeOffset.UnixEpoch : _all.Max(part => part.Ended);

    /// <summary>A picture of the parts whose name says what it shows.</summary>
    public void Write(HtmlPage page, IReadOnlyList<TimePart> parts)
    {
        var words = parts.Count == 0 ? "no times are known" : string.Join(", ", parts.Select(part => $"{part.Kind} {Seconds(part.Length)}"));
        page.Markup("<div class=\"bar\" role=\"img\" aria-label=\"").Text(words).Markup("\">");
        foreach (var part in parts)
        {
            page.Markup(string.Create(CultureInfo.InvariantCulture, $"<i class=\"{part.Kind}\" style=\"left:{Percent(part.Began - Begin):0.###}%;width:{Percent(part.Length):0.###}%\" title=\"{part.Kind} {Seconds(part.Length)}\"></i>"));
        }
        page.Markup("</div>");
    }

    public static string Seconds(TimeSpan length) => RunLine.Seconds(length);

    private double Percent(TimeSpan length) => End > Begin ? Math.Clamp(length / (End - Begin) * 100, 0, 100) : 0;
}
