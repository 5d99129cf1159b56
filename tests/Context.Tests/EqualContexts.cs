using Kontrakt.Context.Tests.Infra;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Context.Tests;

/// <summary>The same content is the same image, wherever and whenever it is pushed.</summary>
[TestClass]
public sealed class EqualContexts
{
    [TestMethod, Timeout(60_000)]
    public async Task HaveOneDigest()
    {
        await using var sandbox = await Sandbox.StartAsync();
        string[] paths = ["b", "a/x", "a/y", "ü", "Z"];
        foreach (var path in paths)
            sandbox.Write(path, path);
        sandbox.Link("link", "a");
        var first = await sandbox.PushAsync();
        Directory.Delete(sandbox.Root, recursive: true);
        Directory.CreateDirectory(sandbox.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        sandbox.Link("link", "a");
        foreach (var path in paths.Reverse())
            sandbox.Write(path, path);
        File.SetLastWriteTimeUtc(sandbox.At("b"), DateTime.UnixEpoch);
        Directory.Move(sandbox.Root, sandbox.Beside("elsewhere"));

        var second = await sandbox.PushAsync(request => request with { Directory = sandbox.Beside("elsewhere"), StateDirectory = null, Tag = sandbox.Registry.Image("other/name:1") });

        Assert.AreEqual(first.Reference.Digest, second.Reference.Digest);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HaveOneDigestAfterEqualHistories()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var digests = new List<Digest?>();
        foreach (var tag in new[] { "one:1", "two:1" })
        {
            sandbox.Write("ballast", new string('x', 1000));
            sandbox.Write("file", "before");
            await sandbox.PushAsync(request => request with { Tag = sandbox.Registry.Image(tag) });
            sandbox.Write("file", "after");
            digests.Add((await sandbox.PushAsync(request => request with { Tag = sandbox.Registry.Image(tag) })).Reference.Digest);
        }

        Assert.AreEqual(digests[0], digests[1]);
    }

    [TestMethod, Timeout(120_000)]
    public async Task PushedAtOnceToOneTagAreBothWholeAndTheLastWins()
    {
        await using var docker = await DockerRegistry.StartAsync();
        await using var sandbox = await Sandbox.StartAsync();
        var below = ImageReference.Parse($"{docker.Host}/base:1");
        await sandbox.PushBaseAsync(below, "base");
        var tag = ImageReference.Parse($"{docker.Host}/team/app:context");
        var trees = Enumerable.Range(0, 4).Select(each => $"tree{each}").ToList();
        foreach (var tree in trees)
            for (var file = 0; file < 20; file++)
                sandbox.Write($"{tree}/file{file}", $"{tree} {file} {new string('x', 1000)}");

        for (var round = 0; round < 3; round++)
        {
            var results = await Task.WhenAll(trees.Select(tree => ContextPusher.PushAsync(
                new() { Directory = sandbox.At(tree), Tag = tag, Base = below, StateDirectory = sandbox.State }, sandbox.Client, new Lines(), CancellationToken.None)));

            for (var each = 0; each < trees.Count; each++)
                Assert.AreEqual(Trees.Describe(sandbox.At(trees[each])), await sandbox.ExtractAsync(results[each]), trees[each]);
            CollectionAssert.Contains(results.Select(result => result.Reference.Digest).ToList(), (await sandbox.Client.ResolveAsync(tag, CancellationToken.None))?.Digest);
            foreach (var tree in trees)
                sandbox.Write($"{tree}/file{round}", $"changed in {tree} in round {round}");
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task PushedWhileCancelledLeaveTheTagAlone()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");
        var first = await sandbox.PushAsync();
        sandbox.Write("file", "other");
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => ContextPusher.PushAsync(sandbox.Request, sandbox.Client, new Lines(line =>
        {
            if (line.Contains("packing", StringComparison.Ordinal))
                stop.Cancel();
        }), stop.Token));

        Assert.AreEqual(first.Reference.Digest, (await sandbox.Client.ResolveAsync(sandbox.Tag, CancellationToken.None))?.Digest);
    }
}
