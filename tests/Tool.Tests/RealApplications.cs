using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>Applications in the shape of what people have (tests/cases/real) keep their kontrakts, on the engine and, as far as its version and its storage allow, on the cluster.</summary>
[TestClass]
public sealed class RealApplications
{
    /// <summary>What the others use is not in Kubernetes 1.20 (batch/v1 CronJob, policy/v1, native sidecars), or the cluster has no StorageClass.</summary>
    private static readonly string[] OfEveryCluster = ["blue-green", "daemon", "replication-controller"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(900_000, CooperativeCancellation = true)]
    public async Task KeepTheirKontrakts(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var folder = new TempFolder();
        var real = Path.Combine(Repository.Root, "tests", "cases", "real");
        var names = Directory.GetDirectories(real).Select(path => Path.GetFileName(path)).Where(name => where == "engine" || OfEveryCluster.Contains(name[..^"-kontrakt".Length])).Order(StringComparer.Ordinal).ToList();
        foreach (var file in names.SelectMany(name => Directory.GetFiles(Path.Combine(real, name))))
            folder.Write(Path.GetRelativePath(real, file), (await File.ReadAllTextAsync(file, TestContext.CancellationToken)).Replace("busybox:1", place.Image, StringComparison.Ordinal));

        var output = await place.RunAsync(0, folder.Path);

        Assert.IsNotEmpty(names);
        foreach (var name in names)
            Assert.Contains($"{name}: passed (", output);
    }
}
