using System.Text.RegularExpressions;

namespace House.Tests;

/// <summary>The list of words in CONTRIBUTING.md holds for docs, and for comments and messages of what is shipped.</summary>
[TestClass]
public sealed partial class Words
{
    private const string Header = "| avoid | use | these are fine |";

    private static readonly IReadOnlyList<(string Use, Regex Pattern)> Rules = [.. ReadRules()];

    [TestMethod]
    public void AreThoseOfTheList()
    {
        var found = from file in Repository.Tracked()
                    from each in Found(Prose(file))
                    select $"{file}({each.Line}): '{each.Word}'; use: {each.Use}";

        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    [DataRow("The verdict stands.", "stands")]
    [DataRow("it goes\n    before the other", "goes\n    before")]
    [DataRow("Told it was, and dnsPolicy is None.", "Told")]
    [DataRow("There is no image, and there is no longer a stand-in.", "")]
    [DataRow("Understanding what outstands", "")]
    public void AreFoundWhole(string text, string expected) => Assert.AreEqual(expected, string.Join(',', Found(text).Select(each => each.Word)));

    /// <summary>A phrase may continue in the next line of a comment, and never in another text.</summary>
    [TestMethod]
    public void OfSourceAreThoseOfCommentsAndStrings()
    {
        const string Source = "var stands = \"it goes\" + before; // it goes\n    /// before\nvar c = '\"'; var told = \"\"\" it lies \"\"\";";

        var found = Found(ProseOfSource(Source)).Select(each => Spaces().Replace(each.Word, " "));

        CollectionAssert.AreEqual(new[] { "goes before", "lies" }, found.ToArray());
    }

    private static IEnumerable<(string Use, Regex Pattern)> ReadRules() =>
        from line in File.ReadLines(Path.Combine(Repository.Root, "CONTRIBUTING.md")).SkipWhile(line => line != Header).Skip(2).TakeWhile(line => line.StartsWith('|'))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        let fine = cells[3].Length > 0 ? $"{Any(cells[3])}|" : ""
        select (cells[2], new Regex($"{fine}(?<avoid>{Any(cells[1])})"));

    /// <summary>Any of them, also at the beginning of a sentence.</summary>
    private static string Any(string phrases) =>
        string.Join('|', phrases.Split(", ").Select(phrase => $@"\b[{char.ToUpperInvariant(phrase[0])}{phrase[0]}]{string.Join(@"\s+", phrase[1..].Split(' ').Select(Regex.Escape))}\b"));

    private static IEnumerable<(int Line, string Word, string Use)> Found(string text) =>
        from rule in Rules
        from match in rule.Pattern.Matches(text)
        let avoid = match.Groups["avoid"]
        where avoid.Success
        orderby avoid.Index
        select (text.AsSpan(0, avoid.Index).Count('\n') + 1, avoid.Value, rule.Use);

    private static string Prose(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        return !File.Exists(path) ? "" : Path.GetExtension(file) switch
        {
            ".md" when file == "CONTRIBUTING.md" => File.ReadAllText(path).Split(Header)[0],
            ".md" or ".props" or ".targets" => File.ReadAllText(path),
            ".cs" when file.StartsWith("src/", StringComparison.Ordinal) => ProseOfSource(File.ReadAllText(path)),
            _ => "",
        };
    }

    /// <summary>Comments and strings at their places, and a sign that is part of no word for all else.</summary>
    private static string ProseOfSource(string source)
    {
        var prose = InLine().Replace(source, "|").ToCharArray();
        foreach (var text in CommentOrString().Matches(source).Select(match => match.Groups["text"]).Where(text => text.Success))
            text.Value.CopyTo(prose.AsSpan(text.Index));
        return Indent().Replace(new string(prose), match => new string(' ', match.Length));
    }

    [GeneratedRegex(@"'(\\.|[^'\\\n])+'|""""""(?<text>[\s\S]*?)""""""|""(?<text>([^""\\\n]|\\.)*)""|///?(?<text>.*)")]
    private static partial Regex CommentOrString();

    [GeneratedRegex("[^\n]")]
    private static partial Regex InLine();

    [GeneratedRegex(@"^\|+(?= )", RegexOptions.Multiline)]
    private static partial Regex Indent();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
