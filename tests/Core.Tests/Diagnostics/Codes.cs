using System.Reflection;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tests.Diagnostics;

[TestClass]
public sealed partial class Codes
{
    private static readonly IReadOnlyList<(string Name, DiagnosticKind Kind)> All =
        [.. typeof(Ktr).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, (DiagnosticKind)field.GetValue(null)!))];

    private static string Docs()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "docs", "diagnostics.md")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("these tests run inside the repository");
        return File.ReadAllText(Path.Combine(folder, "docs", "diagnostics.md"));
    }

    [TestMethod, Timeout(60_000)]
    public void AreKtrAndFourDigitsAndUnique()
    {
        var wrong = All.Where(each => !Form().IsMatch(each.Kind.Code)).Select(each => each.Name)
            .Concat(All.GroupBy(each => each.Kind.Code).Where(same => same.Count() > 1).Select(same => same.Key));

        Assert.AreEqual("", string.Join(' ', wrong));
    }

    /// <summary>A diagnostic's help link leads to the heading of its code.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreTheSectionsOfTheDocs()
    {
        var sections = Heading().Matches(Docs()).Select(match => match.Groups[1].Value).ToList();

        CollectionAssert.AreEqual(All.Select(each => each.Kind.Code).Order().ToList(), sections, "docs/diagnostics.md has one section '### KTRnnnn' for each code of Ktr.cs, in their order");
        Assert.IsTrue(All.All(each => each.Kind.HelpLink.EndsWith("docs/diagnostics.md#" + each.Kind.Code.ToLowerInvariant(), StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    public void HaveMessagesThatCanBeFilledIn()
    {
        foreach (var (name, kind) in All)
        {
            var count = Placeholder().Matches(kind.Message).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) + 1).DefaultIfEmpty().Max();
            var message = kind.At(null, [.. Enumerable.Range(0, count).Select(index => $"<{index}>")]).Message;
            Assert.IsTrue(Enumerable.Range(0, count).All(index => message.Contains($"<{index}>", StringComparison.Ordinal)), $"{name}: {message}");
        }
    }

    [GeneratedRegex(@"^KTR[1-6]\d{3}$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^### (KTR\d{4})\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Placeholder();
}
