using System.Diagnostics;
using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>Whatever a folder holds and however it changes: what the image gives back is the folder.</summary>
[TestClass]
public sealed class RandomTrees
{
    private static readonly string[] Names = ["a", "b", "A", "ä", "日本", "with space", ".hidden", "x.y", "long-" + new string('n', 120)];

    [TestMethod, Timeout(300_000)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    public async Task ComeBackFromTheImageAfterEveryChange(int seed)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var random = new Random(seed);
        var workspace = sandbox.Beside("workspace");
        var (fresh, deltas) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            for (var edits = random.Next(0, 12); edits > 0; edits--)
                Edit(sandbox, random);
            var expected = Trees.Describe(sandbox.Root);

            var result = await sandbox.PushAsync(request => request with { MaxLayers = 7 });

            Assert.AreEqual(expected, await sandbox.ExtractAsync(result), $"seed {seed}, round {round}: {sandbox.Log}");
            Assert.AreEqual(expected, await sandbox.ExtractAsync(result, workspace, "--delete"), $"over the earlier one: seed {seed}, round {round}: {sandbox.Log}");
            Assert.AreEqual(0, (await sandbox.PushAsync(request => request with { MaxLayers = 7 })).BytesUploaded);
            (fresh, deltas) = (fresh + (result.FreshBecause is null ? 0 : 1), deltas + (result.FreshBecause is null ? 1 : 0));
        }
        Assert.IsGreaterThan(0, fresh);
        Assert.IsGreaterThan(0, deltas);
    }

    private static void Edit(Sandbox sandbox, Random random)
    {
        var folder = Pick(random, [sandbox.Root, .. Folders(sandbox.Root)]);
        var path = Path.Combine(folder, Pick(random, Names));
        var exists = new FileInfo(path).LinkTarget is not null || Path.Exists(path);
        switch (random.Next(8))
        {
            case 0 when exists:
            case 1 when exists:
                Remove(path);
                break;
            case 2 when exists && new FileInfo(path).LinkTarget is null:
                File.SetUnixFileMode(path, (UnixFileMode)(0x180 | random.Next(0x200) | (Directory.Exists(path) ? 0x40 : 0)));
                break;
            case 3:
                Remove(path);
                Directory.CreateDirectory(path);
                break;
            case 4:
                Remove(path);
                File.CreateSymbolicLink(path, Pick(random, Names));
                break;
            case 5 when Directory.EnumerateFiles(folder).Where(file => new FileInfo(file).LinkTarget is null && file != path).Order(StringComparer.Ordinal).FirstOrDefault() is { } other:
                Remove(path);
                using (var link = Process.Start("ln", [other, path]))
                    link.WaitForExit();
                break;
            default:
                if (!exists || new FileInfo(path).LinkTarget is not null || Directory.Exists(path))
                    Remove(path);
                File.WriteAllText(path, new string((char)('a' + random.Next(26)), random.Next(3000)));
                break;
        }
    }

    private static IEnumerable<string> Folders(string folder) => Directory.GetDirectories(folder).Where(inner => new DirectoryInfo(inner).LinkTarget is null)
        .Order(StringComparer.Ordinal).SelectMany(inner => Folders(inner).Prepend(inner));

    private static T Pick<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private static void Remove(string path)
    {
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
