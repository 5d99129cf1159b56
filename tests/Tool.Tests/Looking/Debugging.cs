using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>kontrakt debug: a kontrakt that fails stays, and what to type next works as it is printed.</summary>
[TestClass]
public sealed class Debugging
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task PrintsWhatToType(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);

        var debug = await TypeAsync(1, ["debug", "orders", "-f", folder, .. place.Options]);
        var lines = debug.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  #")[0].TrimEnd()).ToList();
        var options = $"--directory {folder} {string.Join(' ', place.Options.Chunk(2).Select(option => $"{(option[0] == "--context" ? "--kube-context" : option[0])} {Quoted(option[1])}"))} ";

        Assert.Contains("error KTR4001: test 'pod/smoke' failed", debug.Error);
        CollectionAssert.AreEqual(new[]
        {
            $"kontrakt get {options}orders", $"kontrakt logs {options}orders/pod/smoke", $"kontrakt describe {options}orders/pod/smoke", $"kontrakt logs {options}orders/pod/web", $"kontrakt describe {options}orders/pod/web",
            $"kontrakt port-forward {options}orders/service/web 8080:80", $"kontrakt delete {options}".TrimEnd(),
        }, lines, debug.Output);
        foreach (var line in lines.Where(line => !line.Contains("port-forward", StringComparison.Ordinal)))
        {
            var words = await ToolProcess.RunAsync("sh", ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "kontrakt.dll")}'{line["kontrakt".Length..]}"], folder, new Dictionary<string, string>(), TestContext.CancellationToken);
            Assert.AreEqual(0, words.ExitCode, words.Log);
            Assert.DoesNotContain(KeptOrders.Password, words.Log);
        }
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task KeepsNothingOfWhatPasses()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        var file = Path.Combine(folder, "orders", "kontrakt", "all.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.CancellationToken)).Replace("exit 3", "exit 0", StringComparison.Ordinal), TestContext.CancellationToken);

        var first = await TypeAsync(0, ["debug", "orders/pod/smoke", "-f", folder, .. place.Options]);
        var again = await TypeAsync(0, ["debug", "orders", "-f", folder, .. place.Options]);
        var unknown = await TypeAsync(2, ["debug", "ordres", "-f", folder, .. place.Options]);

        Assert.AreEqual("", first.Output + again.Output);
        Assert.Contains("nothing was kept; with --keep always it stays also when it passes", first.Error);
        Assert.DoesNotContain("cached", again.Error);
        Assert.Contains("error KTR1060: the filter 'Name=ordres'", unknown.Error);
        Directory.Delete(folder, recursive: true);
    }

    private static string Quoted(string text) => text.All(character => char.IsAsciiLetterOrDigit(character) || "_./:=,-".Contains(character, StringComparison.Ordinal)) ? text : $"'{text}'";

    private static async Task<(int ExitCode, string Output, string Error)> TypeAsync(int expected, params string[] words)
    {
        var outcome = await CommandLines.RunAsync(words, new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(expected, outcome.ExitCode, outcome.Error);
        Assert.DoesNotContain(KeptOrders.Password, outcome.Output + outcome.Error);
        return outcome;
    }
}
