using System.Text.RegularExpressions;

namespace House.Tests;

/// <summary>Every link from one page of the repository to another leads to a file, and to a heading of it.</summary>
[TestClass]
public sealed partial class Links
{
    [TestMethod]
    public void LeadToFilesAndHeadings()
    {
        var broken = from file in Repository.Tracked()
                     where file.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(Repository.Root, file))
                     from link in Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
                     let target = link.Groups[1].Value
                     where !Exists(Path.Combine(Repository.Root, file), target.Split('#'))
                     select $"{file}: {target}";

        Assert.AreEqual("", string.Join('\n', broken));
    }

    private static bool Exists(string from, string[] target)
    {
        var path = target[0].Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from) ?? "", target[0]);
        return target.Length == 1
            ? Path.Exists(path)
            : File.Exists(path) && Heading().Matches(File.ReadAllText(path)).Any(heading => Anchor(heading.Groups[1].Value) == target[1]);
    }

    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
