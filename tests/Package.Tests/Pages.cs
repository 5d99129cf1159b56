using System.Text.RegularExpressions;

namespace Package.Tests;

/// <summary>
/// What the README and the pages of docs say to type: blocks marked <c>sh test</c>, one after another in a fresh folder, by a user whose home is empty.
/// Those marked <c>clone</c> as well are typed in the repository.
/// </summary>
[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed partial class Pages
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(1_800_000)]
    public async Task WorkAsTyped()
    {
        using var user = new NewUser(TestContext);
        var (ran, began) = (0, 0);
        foreach (var page in Directory.GetFiles(Repository.At("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Prepend(Repository.At("README.md")))
        {
            var blocks = Block().Matches(await File.ReadAllTextAsync(page, TestContext.CancellationToken)).ToList();
            var folder = user.NewFolder();
            foreach (var block in blocks)
            {
                var isOfClone = block.Groups["clone"].Success;
                var result = await user.TypeAsync(isOfClone ? Repository.Root : folder, isOfClone ? AsBuilt(block.Groups["text"].Value) : block.Groups["text"].Value);
                if (result.ExitCode != 0 && Cannot().Match(result.Log) is { Success: true } cannot)
                    Assert.Inconclusive($"skipped: {cannot.Value}: {result.Log}");
                Assert.AreEqual(0, result.ExitCode, $"{Path.GetRelativePath(Repository.Root, page)}: {result.Log}");
                ran++;
            }
            var runs = Directory.GetFiles(folder, "run.json", SearchOption.AllDirectories);
            Assert.IsTrue(runs.All(run => File.ReadAllText(run).Contains("\"state\": \"passed\"", StringComparison.Ordinal)), string.Join('\n', runs.Select(File.ReadAllText)));
            began += runs.Length;
        }
        Assert.IsGreaterThanOrEqualTo(5, ran, "blocks of the README");
        Assert.IsGreaterThanOrEqualTo(3, began, "builds of the README that ran a kontrakt");
    }

    [TestMethod, Timeout(60_000)]
    public void OfThePackageLeadToTheRepository()
    {
        using var package = System.IO.Compression.ZipFile.OpenRead(Packed.File);
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        var packed = reader.ReadToEnd();

        StringAssert.StartsWith(packed, "# Kontrakt");
        StringAssert.Contains(packed, "](https://github.com/kontrakt/kontrakt/blob/main/docs/manifests.md)");
        StringAssert.DoesNotMatch(packed, new(@"\]\((?!https?:|#)"));
        Assert.AreEqual(File.ReadAllText(Repository.At("README.md")).Trim(), packed.Replace("](https://github.com/kontrakt/kontrakt/blob/main/", "](", StringComparison.Ordinal).Trim());
    }

    /// <summary>What these tests were built with is packed, and not built again beside other tests that use it.</summary>
    private static string AsBuilt(string text) => text.Replace("dotnet pack ", $"dotnet pack --no-build -p:BuildProjectReferences=false -c {Repository.Configuration} ", StringComparison.Ordinal);

    [GeneratedRegex(@"^```sh test(?<clone> clone)?\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>What a machine without network, or without the rights that the engine needs, says.</summary>
    [GeneratedRegex("error NU1301.*|error NU1101: Unable to find package (?!Kontrakt).*|.*allows no namespaces.*")]
    private static partial Regex Cannot();
}
