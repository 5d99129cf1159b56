namespace Tool.Tests.Looking;

/// <summary>Shells complete names with what the latest run has, without its cluster.</summary>
[TestClass]
public sealed class CompletedNames
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("logs", "orders/configmap/there")]
    [DataRow("describe", "orders/configmap/there")]
    [DataRow("exec", "orders/configmap/there")]
    [DataRow("port-forward", "orders/configmap/there")]
    [DataRow("get", "orders")]
    [DataRow("debug", "orders")]
    public async Task AreThoseOfTheLatestRun(string verb, string expected)
    {
        const string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: there}\n";
        var folder = Directory.CreateTempSubdirectory("tool-completed-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "orders", "kontrakt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "orders", "kontrakt", "map.yaml"), map);
        await File.WriteAllTextAsync(Path.Combine(folder, "orders", "kontrakt", "map.assert.yaml"), map);
        var before = await SuggestAsync($"kontrakt --directory {folder} {verb} ");
        var build = await CommandLines.RunAsync(["build", "-f", folder], new() { ["SOURCE_REFERENCE"] = "r" });

        var after = await SuggestAsync($"kontrakt --directory {folder} {verb} ");

        Assert.AreEqual(0, build.ExitCode, build.Error);
        Assert.DoesNotContain(expected, before);
        Assert.Contains(expected, after);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string[]> SuggestAsync(string line)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([$"[suggest:{line.Length}]", line]);
        Assert.AreEqual(0, exitCode, error);
        return output.Split('\n');
    }
}
