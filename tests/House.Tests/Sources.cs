using System.Text.RegularExpressions;

namespace House.Tests;

/// <summary>What no file of the repository may hold.</summary>
[TestClass]
public sealed partial class Sources
{
    [TestMethod]
    public void NuGetConfigNamesLocalFeedsOnly()
    {
        var config = File.ReadAllText(Path.Combine(Repository.Root, "nuget.config"));

        StringAssert.DoesNotMatch(config, new("https?://"));
    }

    [TestMethod]
    public void NoFileNamesAHostOfAPackageRegistry()
    {
        var found = from file in Repository.Tracked()
                    where !file.EndsWith(".lock.json", StringComparison.Ordinal) && !file.EndsWith("Sources.cs", StringComparison.Ordinal)
                    let path = Path.Combine(Repository.Root, file)
                    where File.Exists(path) && RegistryHost().IsMatch(File.ReadAllText(path))
                    select file;

        Assert.AreEqual("", string.Join('\n', found));
    }

    /// <summary>Who starts git has to take the variables of another repository out of its environment: one class does, for all.</summary>
    [TestMethod]
    public void OneClassStartsGit()
    {
        var found = from file in Repository.Tracked()
                    where file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
                    where StartOfGit().IsMatch(File.ReadAllText(Path.Combine(Repository.Root, file)))
                    select file;

        Assert.AreEqual("src/Core/Git/GitCommand.cs", string.Join('\n', found));
    }

    /// <summary>The compiler gets the facts, not an order to be silent.</summary>
    [TestMethod]
    public void NoSourceForgivesNull()
    {
        var found = from file in Repository.Tracked()
                    where file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
                    from line in File.ReadLines(Path.Combine(Repository.Root, file))
                    where Forgiven().IsMatch(Text().Replace(line, "\"\""))
                    select $"{file}: {line.Trim()}";

        Assert.AreEqual("", string.Join('\n', found));
    }

    [GeneratedRegex("""(\b(new|ProcessStartInfo|Start)\(|FileName\s*=)\s*"(/usr/bin/)?git(\.exe)?[" ]""")]
    private static partial Regex StartOfGit();

    [GeneratedRegex(@"api\.nuget\.org|registry\.npmjs\.org|deb\.debian\.org")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"[\w)\]]!([.,;)\]]| |$)")]
    private static partial Regex Forgiven();

    [GeneratedRegex(@"//.*$|""([^""\\]|\\.)*""")]
    private static partial Regex Text();
}
