using System.Globalization;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Bench;

/// <summary>
/// context-first, -change, -nothing: 10,000 files of 500 MB in all. The first push against tar, gzip and an upload by curl; one file of 1 kB changed against the first push,
/// `tar | gzip` and the same as a plain layer with skopeo, buildah and podman; nothing changed against `git status`. Needs a registry (KO_DOCKER_REPO); a tool that is not there
/// is named, and not compared with.
/// <para>A push is a process of its own, from its start to its end, as what it is compared with is. The scan alone is timed inside such a process, one for each time: from before the
/// folder is first looked at until all that is there and its hashes are known, with all that the runtime loads and compiles for it. The time before, in which the runtime starts
/// and reads the command line, is not in it; git's own, about 1 ms, is.</para>
/// </summary>
internal static class ContextBenchmarks
{
    private const int Files = 10_000, Size = 50_000;

    public static Task FirstAsync() => OnATreeAsync(FirstAsync);

    public static Task ChangeAsync() => OnATreeAsync(async (root, tree, below) =>
    {
        // A tag that no earlier run has used: the first push is one.
        var (tag, state) = (Tag(NewName()), Path.Combine(root, "state"));
        var first = await Paired.TimeAsync(() => PushAsync(tree, tag, below, state));
        await ChangeAsync(root, tree, tag, below, state, first);
    });

    public static Task NothingAsync() => OnATreeAsync(async (root, tree, below) =>
    {
        var (tag, state) = (Tag(NewName()), Path.Combine(root, "state"));
        await PushAsync(tree, tag, below, state);
        // What is younger than the clock's tick is read once more: as in life, the tree is older than the second push.
        await PushAsync(tree, tag, below, state);
        await NothingAsync(root, tree, tag, below, state);
    });

    private static async Task OnATreeAsync(Func<string, string, string, Task> measure)
    {
        var root = Setting.Temporary();
        try
        {
            var tree = Path.Combine(root, "tree");
            WriteTree(tree, Files);
            await measure(root, tree, await PushBaseAsync());
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task FirstAsync(string root, string tree, string below)
    {
        if (!await Paired.IsThereAsync("curl", "context, first push"))
            return;
        var peak = "";
        await Paired.RunAsync("context, first push", "not slower", pairs: 3,
            ("push of 10,000 files, 500 MB, a process", () => Paired.TimeAsync(async () => peak = (await PushAsync(tree, Tag(NewName()), below, Path.Combine(root, NewName())))[2])),
            ("tar | gzip, and upload by curl", () => Paired.CommandAsync("bash", ["-c", $"""
                set -euo pipefail
                tar -C '{tree}' -c . | gzip > '{root}/plain.tar.gz'
                digest=sha256:$(sha256sum '{root}/plain.tar.gz' | cut -d' ' -f1)
                place=$(curl -sSf -X POST -D - -o '{root}/answer' 'http://{Repository(NewName())}/blobs/uploads/' | tr -d '\r' | awk 'tolower($1) == "location:" {"{"} print $2 {"}"}')
                curl -sSf -X PUT -H 'Content-Type: application/octet-stream' -T '{root}/plain.tar.gz' "$place&digest=$digest"
                """])));
        var tenth = Path.Combine(root, "tenth");
        WriteTree(tenth, Files / 10);
        Console.WriteLine($"  peak memory {peak} MB; of a tenth of the files {(await PushAsync(tenth, Tag(NewName()), below, Path.Combine(root, NewName())))[2]} MB");
    }

    private static async Task ChangeAsync(string root, string tree, string tag, string below, string state, TimeSpan first)
    {
        var round = 0;
        var wire = Array.Empty<string>();
        async Task ChangeAndPushAsync()
        {
            await File.WriteAllTextAsync(Path.Combine(tree, "changed"), new string((char)('a' + round++ % 26), 1000));
            wire = await PushAsync(tree, tag, below, state);
        }
        await Paired.RunAsync("context, one file of 1 kB changed", "at most 0.1", pairs: 3,
            ("push of what changed, a process", () => Paired.TimeAsync(ChangeAndPushAsync)),
            ("tar | gzip of the folder", () => Paired.CommandAsync("bash", ["-c", $"set -o pipefail; tar -C '{tree}' -c . | gzip > '{root}/plain.tar.gz'"])));
        foreach (var layer in new[] { PlainLayer.Skopeo(root, tree, Tag(NewName())), PlainLayer.Buildah(root, tree, Tag("buildah")), PlainLayer.Podman(root, tree, Tag("podman")) })
        {
            if (await Paired.IsThereAsync(layer.Tool, "context, one file of 1 kB changed"))
            {
                await Paired.RunAsync("context, one file of 1 kB changed", "below 1", pairs: 3,
                    ("push of what changed, a process", () => Paired.TimeAsync(ChangeAndPushAsync)),
                    (layer.Name, () => Paired.CommandAsync("bash", ["-c", layer.Script])));
            }
        }
        var last = await Paired.TimeAsync(ChangeAndPushAsync);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  against the first push ({first.TotalSeconds:F2} s): {last / first:F3} (wanted: at most 0.1)"));
        var (uploaded, manifest) = (long.Parse(wire[0], CultureInfo.InvariantCulture), long.Parse(wire[1], CultureInfo.InvariantCulture));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  on the wire: {uploaded} bytes, {manifest} of them the manifest, {uploaded - manifest - 1000} more than that and what changed (wanted: at most 5000)"));
    }

    private static async Task NothingAsync(string root, string tree, string tag, string below, string state)
    {
        if (!await Paired.IsThereAsync("git", "context, nothing changed"))
            return;
        var git = $"--git-dir={root}/git";
        await Paired.OutputAsync("git", [git, $"--work-tree={tree}", "init", "-q"]);
        // After a commit git packs in the background, on all processors, beside what is timed.
        await Paired.OutputAsync("git", [git, "config", "gc.auto", "0"]);
        await Paired.OutputAsync("git", [git, $"--work-tree={tree}", "-c", "core.looseCompression=0", "add", "-A"], tree);
        await Paired.OutputAsync("git", [git, $"--work-tree={tree}", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", "all"], tree);
        await Paired.RunAsync("context, nothing changed", "at most 3", pairs: 9,
            ("the scan itself, without the program's start", async () => TimeSpan.FromMilliseconds(double.Parse((await Children.OutputAsync("child-context-scan", tree, state)).Split(' ')[0], CultureInfo.InvariantCulture))),
            ("git status", () => Paired.CommandAsync("git", [git, $"--work-tree={tree}", "status", "--porcelain"], tree)));
        Console.WriteLine($"  uploaded: {(await PushAsync(tree, tag, below, state))[0]} bytes (wanted: 0)");
    }

    private static async Task<string[]> PushAsync(string tree, string tag, string below, string state) => (await Children.OutputAsync("child-context-push", tree, tag, below, state)).Split(' ');

    /// <summary>Half of each file is text and half is noise, so that it packs as sources and assets do.</summary>
    private static void WriteTree(string tree, int files)
    {
        var random = new Random(1);
        var bytes = new byte[Size];
        for (var file = 0; file < files; file++)
        {
            random.NextBytes(bytes.AsSpan(0, Size / 2));
            for (var at = Size / 2; at < Size; at++)
                bytes[at] = (byte)("the quick brown fox jumps over the lazy dog "[(at * 7 + file) % 44] + (random.Next(40) == 0 ? 1 : 0));
            var folder = Directory.CreateDirectory(Path.Combine(tree, string.Create(CultureInfo.InvariantCulture, $"folder{file % 100}/inner{file % 10}"))).FullName;
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"file{file}")), bytes);
        }
    }

    private static async Task<string> PushBaseAsync()
    {
        var image = ImageReference.Parse(Tag("base"));
        using var registry = new RegistryClient(new() { InsecureHosts = [image.Registry] });
        await ImagePusher.PushAsync(registry, image, new() { Config = new() { Os = "linux", Architecture = "amd64" }, Layers = [] }, CancellationToken.None);
        return image.ToString();
    }

    private static string NewName() => $"r{Guid.NewGuid():N}";

    private static string Tag(string name) => $"{Setting.Registry}/context-{name}:bench";

    /// <summary>The same repository in the registry's API.</summary>
    private static string Repository(string name)
    {
        var image = ImageReference.Parse(Tag(name));
        return $"{image.Registry}/v2/{image.Repository}";
    }
}
