using Kontrakt.Context.Tests.Infra;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>When an image is made anew, and that the log says why.</summary>
[TestClass]
public sealed class FreshImages
{
    [TestMethod, Timeout(60_000)]
    public async Task AreMadeWhereThereIsNone()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a");

        var first = await sandbox.PushAsync();

        Assert.Contains("there is no", first.FreshBecause ?? "");
        Assert.Contains(first.FreshBecause!, sandbox.Log.ToString());
        Assert.HasCount(3, (await sandbox.ManifestAsync(first)).Layers);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreMadeWhereTheChainWouldBeTooLong()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("ballast", new string('x', 10_000));
        var reasons = new List<string>();
        for (var push = 0; push < 5; push++)
        {
            sandbox.Write($"file{push}", "small");
            reasons.Add((await sandbox.PushAsync(request => request with { MaxLayers = 4 })).FreshBecause is null ? "delta" : "fresh");
        }

        Assert.AreEqual("fresh delta delta fresh delta", string.Join(' ', reasons));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreMadeWhereMoreIsDeadThanAlive()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var reasons = new List<string>();
        for (var push = 0; push < 4; push++)
        {
            sandbox.Write("file", new string((char)('a' + push), 10_000));
            reasons.Add((await sandbox.PushAsync()).FreshBecause ?? "delta");
        }

        Assert.AreEqual("delta", reasons[1]);
        Assert.Contains("20000 bytes of files that are gone, and 10000", reasons[2]);
        Assert.AreEqual("delta", reasons[3]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreMadeWhereTheBaseHasChanged()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a");
        await sandbox.PushAsync();
        await sandbox.PushBaseAsync(sandbox.Base, "newer");

        var second = await sandbox.PushAsync();

        Assert.AreEqual("the base image has changed", second.FreshBecause);
        var newer = await sandbox.ManifestAsync(new(sandbox.Base, 0, 0, 0, 0, null, 0));
        Assert.AreEqual(newer.Layers[0].Digest, (await sandbox.ManifestAsync(second)).Layers[0].Digest);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{\"files\":{\"a\":\"x\",\"a\":\"y\"}}")]
    [DataRow("{\"files\":{\"../a\":\"x\"}}")]
    [DataRow("{\"files\":[]}")]
    [DataRow("{\"files\":{\"folder/file\":\"x\"}}")]
    [DataRow("{\"files\":{\"a\":\"x\",\"a/b\":\"x\"}}")]
    [DataRow("{\"version\":2,\"files\":{\"a\":\"x\"},\"details\":{\"a\":{\"mode\":\"77777777777777777\"}}}")]
    [DataRow("{\"version\":\"2\",\"files\":{}}")]
    [DataRow("[]")]
    [DataRow("not json")]
    [DataRow("{\"version\":99,\"files\":{}}")]
    public async Task AreMadeWhereTheManifestCannotBeRead(string manifest)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a");
        await PushOriginalAsync(sandbox, manifest, "a");

        var second = await sandbox.PushAsync();

        Assert.Contains("manifest", second.FreshBecause ?? "");
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreMadeWhereTheTagIsSomethingElse()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a");
        await sandbox.PushBaseAsync(sandbox.Tag, "an application");

        Assert.Contains("manifest", (await sandbox.PushAsync()).FreshBecause ?? "");
    }

    /// <summary>Whatever is allowed: an overlay file system takes no more.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreMadeBeforeAnImageHasMoreLayersThanCanBeMounted()
    {
        var now = new ContextManifest(new Dictionary<string, ContextEntry> { ["file"] = new ContextEntry.Link("file", "x") });
        var empty = new ContextManifest(new Dictionary<string, ContextEntry>());

        Assert.IsInstanceOfType<ContextPlan.Delta>(ContextPlan.For(now, new(empty, ChainLength: 121, IsOnBase: true, BaseLayers: 3), "", maxLayers: 1000, squash: false));
        Assert.IsInstanceOfType<ContextPlan.Fresh>(ContextPlan.For(now, new(empty, ChainLength: 122, IsOnBase: true, BaseLayers: 3), "", maxLayers: 1000, squash: false));
    }

    /// <summary>A registry that refuses is no reason to begin anew.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AreNotMadeWhereTheRegistryOnlyDoesNotLetUsRead()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var denying = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (!context.Request.Path.Value!.Contains("/manifests/context", StringComparison.Ordinal))
                return false;
            await FakeRegistry.RefuseAsync(context, 403, "DENIED", "not yours");
            return true;
        });
        sandbox.Write("a");

        var failure = await Assert.ThrowsExactlyAsync<RegistryException>(() => sandbox.PushAsync(request => request with { Tag = denying.Image("team/app:context") }));

        Assert.AreEqual(RegistryFault.Denied, failure.Fault);
        Assert.AreEqual(0, denying.Count("POST", ""));
    }

    [TestMethod, Timeout(60_000)]
    public async Task HoldNothingOfASecretThatWasRemoved()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("ballast", new string('x', 1000));
        sandbox.Write("secret", "hunter2");
        await sandbox.PushAsync();
        File.Delete(sandbox.At("secret"));
        var kept = await sandbox.PushAsync();
        Assert.IsNull(kept.FreshBecause);

        var squashed = await sandbox.PushAsync(request => request with { Squash = true });

        Assert.Contains("squashed", squashed.FreshBecause ?? "");
        Assert.AreEqual("ballast", await sandbox.LayerAsync(squashed));
        Assert.HasCount(3, (await sandbox.ManifestAsync(squashed)).Layers);
        var uploads = sandbox.Uploads;
        Assert.AreEqual(squashed.Reference, (await sandbox.PushAsync(request => request with { Squash = true })).Reference);
        Assert.AreEqual(uploads, sandbox.Uploads, "what is squashed already is not uploaded again");
    }

    /// <summary>The original's image: its manifest knows paths and hashes only, its files are all 0555, and it says nothing of its base.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AreNotMadeOnTopOfAnImageOfTheOriginalWithTheSameBase()
    {
        await using var sandbox = await Sandbox.StartAsync();
        foreach (var path in new[] { "a", "folder/kept", "folder/changed", "gone/x" })
            sandbox.Write(path, "text of " + path);
        var hashed = new[] { "a", "folder/changed", "folder/kept", "gone/x" }.Select(path => $"\"{path}\":\"{Hash("text of " + path)}\"");
        await PushOriginalAsync(sandbox, "{\"files\":{\".\":\"\",\"folder\":\"\",\"gone\":\"\"," + string.Join(',', hashed) + "}}", "a", "folder/kept", "folder/changed", "gone/x");
        sandbox.Write("folder/changed", "!");
        Directory.Delete(sandbox.At("gone"), recursive: true);

        var second = await sandbox.PushAsync();

        Assert.IsNull(second.FreshBecause, second.FreshBecause);
        Assert.AreEqual(".wh.gone folder/ folder/changed", await sandbox.LayerAsync(second));
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static async Task PushOriginalAsync(Sandbox sandbox, string manifest, params string[] files)
    {
        const int all = 0x16D;
        var data = await LayerWriter.WriteAsync(files.Select(path => new LayerEntry.File($"/var/run/kontext/{path}", all, sandbox.At(path))), sandbox.Beside("data.tar.gz"), CancellationToken.None);
        var last = await LayerWriter.WriteAsync([new LayerEntry.Content("/var/lib/kontext/manifest.json", all, System.Text.Encoding.UTF8.GetBytes(manifest))], sandbox.Beside("last.tar.gz"), CancellationToken.None);
        var below = await sandbox.ManifestAsync(new(sandbox.Base, 0, 0, 0, 0, null, 0));
        var config = await sandbox.Client.GetConfigAsync(sandbox.Base, below, CancellationToken.None);
        await ImagePusher.PushAsync(sandbox.Client, sandbox.Tag, new() { Config = config, Layers = [.. ImageParts.LayersOf(sandbox.Base, below, config), new ImageLayer.OnDisk(data), new ImageLayer.OnDisk(last)] }, CancellationToken.None);
    }
}
