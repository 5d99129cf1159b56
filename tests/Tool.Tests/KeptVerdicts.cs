using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Runs;

namespace Tool.Tests;

/// <summary>A verdict stands while nothing that decided it has changed: on the engine, and on a cluster.</summary>
[TestClass]
public sealed class KeptVerdicts
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tool-verdicts-");

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => _folder.Delete(recursive: true);

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine"), DataRow("cluster")]
    public async Task StandUntilSomethingChanges(string where)
    {
        await using var place = await PlaceAsync(where);
        Write("shop-kontrakt/test.yaml", Test(place.Image, "true"));
        Write("shop-kontrakt/smoke.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n");

        var first = await place.RunAsync(0, _folder.FullName);
        var second = await place.RunAsync(0, _folder.FullName, "--html", At("r.html"), "--junit", At("r.xml"), "--trx", At("r.trx"), "--markdown", At("r.md"));
        var forced = await place.RunAsync(0, _folder.FullName, "--force");
        Write("shop-kontrakt/test.yaml", "# A comment decides nothing.\n" + Test(place.Image, "true"));
        var commented = await place.RunAsync(0, _folder.FullName);
        Write("shop-kontrakt/smoke.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Succeeded}\n");
        var changed = await place.RunAsync(0, _folder.FullName);

        foreach (var ran in new[] { first, forced, changed })
        {
            Assert.Contains("pod/smoke passed", ran);
            Assert.Contains("deleted the namespace", ran);
            Assert.DoesNotContain("cached", ran);
        }
        foreach (var cached in new[] { second, commented })
        {
            Assert.Contains("shop-kontrakt: passed (cached, from ", cached);
            Assert.Contains("1 passed (1 cached)", cached);
            Assert.DoesNotContain("namespace", cached);
        }
        foreach (var report in new[] { "r.html", "r.xml", "r.trx", "r.md" })
            Assert.Contains("cached", File.ReadAllText(At(report)), report);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreInTheRecordWithTheRunTheyAreFrom()
    {
        await using var place = await PlaceAsync("engine");
        Write("shop-kontrakt/test.yaml", Test(place.Image, "true"));

        await place.RunAsync(0, _folder.FullName);
        var ran = RunStore.Open(At("obj/kontrakt"), null, RunStep.Discover).Record;
        await place.RunAsync(0, _folder.FullName);
        var cached = RunStore.Open(At("obj/kontrakt"), null, RunStep.Discover).Record;

        Assert.AreNotEqual(ran.Id, cached.Id);
        Assert.AreEqual((ran.Id, ran.Kontrakts[0].Ended), (cached.Kontrakts[0].Cached?.Run, cached.Kontrakts[0].Cached?.Passed));
        Assert.IsNull(cached.Kontrakts[0].Namespace);
        Assert.AreEqual(("pod/smoke", true), (cached.Kontrakts[0].Tests.Single().Name, cached.Kontrakts[0].Tests.Single().Passed));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreNeverThoseOfFailuresOrOfTestsThatSayNever()
    {
        await using var place = await PlaceAsync("engine");
        Write("bad-kontrakt/test.yaml", Test(place.Image, "false"));
        Write("never-kontrakt/test.yaml", Test(place.Image, "true", "{kontrakt/cache: never}"));

        for (var run = 0; run < 2; run++)
        {
            var log = await place.RunAsync(1, _folder.FullName, "-v");
            Assert.Contains("bad-kontrakt: failed", log);
            Assert.Contains("never-kontrakt: pod/smoke passed", log);
            Assert.Contains("never-kontrakt: its verdict is not kept: pod/smoke says so", log);
        }
        Assert.IsFalse(Directory.Exists(At("obj/kontrakt/verdicts")), "an entry was made");
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreSharedByFolderWhateverElseLiesThere()
    {
        await using var place = await PlaceAsync("engine");
        foreach (var clone in new[] { "one", "two" })
            Write($"{clone}/shop-kontrakt/test.yaml", Test(place.Image, "true"));
        string[] shared = ["--verdict-cache", At("shared")];

        await Task.WhenAll(place.RunAsync(0, At("one"), shared), place.RunAsync(0, At("one"), shared));
        var other = await place.RunAsync(0, At("two"), shared);
        var entry = Directory.GetFiles(At("shared")).Single();
        File.WriteAllText(entry, "{ not ours");
        Write("shared/notes.txt", "not ours either");
        var damaged = await place.RunAsync(0, At("two"), shared);
        var mended = await place.RunAsync(0, At("two"), shared);

        Assert.Contains("passed (cached", other);
        Assert.HasCount(2, damaged.Split($"'{entry}' is ignored"), damaged);
        Assert.Contains("pod/smoke passed", damaged);
        Assert.Contains("passed (cached", mended);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task StillPushTheirTargetsWhereTheyAreMissing()
    {
        await using var place = await PlaceAsync("engine");
        Write("shop-kontrakt/test.yaml", Test(place.Image, "true") + $"""
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: target
              labels:
                kontrakt: target
            spec:
              containers:
                - name: main
                  image: {place.Image}
                  command: [sleep, "1000"]
            """);
        var registry = ImageReference.Parse(place.Image).Registry;

        await place.RunAsync(0, _folder.FullName, "--push-repository", $"{registry}/first");
        var second = await place.RunAsync(0, _folder.FullName, "--push-repository", $"{registry}/second");

        Assert.Contains("passed (cached", second);
        using var client = new RegistryClient(new RegistryOptions { InsecureHosts = [registry] });
        var pushed = await client.ResolveAsync(ImageReference.Parse($"{registry}/second/kontrakt-tests/busybox:r"), TestContext.CancellationToken);
        Assert.AreEqual(ImageReference.Parse(place.Image).Digest, pushed?.Digest);
    }

    private static string Test(string image, string command, string annotations = "{}") => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: smoke
          labels:
            kontrakt: test
          annotations: {annotations}
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: {image}
              command: ["{command}"]

        """;

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    private Task<RunPlace> PlaceAsync(string where) => RunPlace.FindAsync(where, TestContext.CancellationToken);
}
