using System.Text;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Strings. Lengths and positions count code points.</summary>
internal static class CelTexts
{
    public static IEnumerable<CelFunction> All =>
    [
        .. Both("size", CelType.String, values => (long)Runes(values.Get<string>(0)).Length),
        .. Both("size", CelType.Bytes, values => values.Get<byte[]>(0).LongLength),
        Test(".startsWith", (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Test(".endsWith", (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        Test(".contains", (text, part) => text.Contains(part, StringComparison.Ordinal)),
        new(".matches", [CelType.String, CelType.String], CelType.Bool, Matches),
        new("matches", [CelType.String, CelType.String], CelType.Bool, Matches),
        new(".find", [CelType.String, CelType.String], CelType.String, values => CelPattern.Read(values.Get<string>(1)) is { Regex: { } regex } ? regex.Match(values.Get<string>(0)).Value : BadPattern()),
        To(".lowerAscii", text => string.Concat(text.Select(letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter))),
        To(".upperAscii", text => string.Concat(text.Select(letter => char.IsAsciiLetterLower(letter) ? char.ToUpperInvariant(letter) : letter))),
        To(".trim", text => text.Trim()),
        new(".replace", [CelType.String, CelType.String, CelType.String], CelType.String, values => Replace(values.Get<string>(0), values.Get<string>(1), values.Get<string>(2))),
        new(".split", [CelType.String, CelType.String], CelType.List, values => Split(values.Get<string>(0), values.Get<string>(1))),
        new(".join", [CelType.List], CelType.String, values => Join(values.Get<IReadOnlyList<object?>>(0), "")),
        new(".join", [CelType.List, CelType.String], CelType.String, values => Join(values.Get<IReadOnlyList<object?>>(0), values.Get<string>(1))),
        new(".indexOf", [CelType.String, CelType.String], CelType.Int, values => Position(values.Get<string>(0), values.Get<string>(0).IndexOf(values.Get<string>(1), StringComparison.Ordinal))),
        new(".lastIndexOf", [CelType.String, CelType.String], CelType.Int, values => Position(values.Get<string>(0), values.Get<string>(0).LastIndexOf(values.Get<string>(1), StringComparison.Ordinal))),
        new(".charAt", [CelType.String, CelType.Int], CelType.String, values => Part(values.Get<string>(0), values.Get<long>(1), values.Get<long>(1) + 1, atEnd: true)),
        new(".substring", [CelType.String, CelType.Int], CelType.String, values => Part(values.Get<string>(0), values.Get<long>(1), long.MaxValue)),
        new(".substring", [CelType.String, CelType.Int, CelType.Int], CelType.String, values => Part(values.Get<string>(0), values.Get<long>(1), values.Get<long>(2))),
    ];

    /// <summary>A function that is written in both ways: size(x) and x.size().</summary>
    internal static CelFunction[] Both(string name, CelType type, Func<CelArguments, object?> run) => [new(name, [type], CelType.Int, run), new("." + name, [type], CelType.Int, run)];

    private static CelFunction Test(string name, Func<string, string, bool> holds) =>
        new(name, [CelType.String, CelType.String], CelType.Bool, values => holds(values.Get<string>(0), values.Get<string>(1)));

    private static CelFunction To(string name, Func<string, string> change) => new(name, [CelType.String], CelType.String, values => change(values.Get<string>(0)));

    private static object? Matches(CelArguments values) => CelPattern.Read(values.Get<string>(1)) is { Regex: { } regex } ? regex.IsMatch(values.Get<string>(0)) : BadPattern();

    private static CelFault BadPattern() => new("what it matches against is not a pattern of RE2");

    private static string Replace(string text, string part, string by) => part.Length > 0
        ? text.Replace(part, by, StringComparison.Ordinal)
        : by + string.Concat(Runes(text).Select(rune => rune + by));

    private static List<object?> Split(string text, string by) => [.. by.Length > 0 ? text.Split(by) : Runes(text).Select(rune => rune.ToString())];

    private static object? Join(IReadOnlyList<object?> items, string by) =>
        items.All(item => item is string) ? string.Join(by, items) : new CelFault("join() takes a list of strings");

    private static long Position(string text, int at) => at < 0 ? -1 : Runes(text[..at]).Length;

    private static object? Part(string value, long from, long to, bool atEnd = false)
    {
        var runes = Runes(value);
        to = to == long.MaxValue || atEnd ? Math.Min(to, runes.Length) : to;
        return from < 0 || to > runes.Length || from > to ? new CelFault("there is no such position in the string") : string.Concat(runes[(int)from..(int)to]);
    }

    private static Rune[] Runes(string text) => [.. text.EnumerateRunes()];
}
