using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>What a run tells a pipeline that has nothing to push.</summary>
[TestClass]
public sealed class RunsWithoutTargets
{
    public TestContext TestContext { get; set; } = null!;

    /// <summary>Not what an earlier run left there, and not nothing: Tekton takes a result that was not written for a fault.</summary>
    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task WriteEmptyResults()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.At("shop-kontrakt"));
        folder.Write("shop-kontrakt/smoke.yaml", $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: smoke, labels: {kontrakt: test}}
            spec: {restartPolicy: Never, containers: [{name: main, image: "{{{place.Image}}}", command: ["true"]}]}
            """);
        Directory.CreateDirectory(folder.At("results"));
        folder.Write("results/IMAGE_URL", "registry.example.com/old:1");

        await place.RunAsync(0, folder.At("."), "--results", folder.At("results"));

        foreach (var name in (string[])["IMAGE_URL", "IMAGE_DIGEST", "IMAGES"])
            Assert.AreEqual("", File.ReadAllText(folder.At($"results/{name}")), name);
    }
}
