using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

/// <summary>A run as it lies on disk, with two kontrakts, logs and what was observed.</summary>
internal sealed class SampleRun : IDisposable
{
    public const string Awkward = "a </script><script>alert(1)</script> <b>&amp; \"q\" 'x' | `t` ]]> \u001b[31mred\u001b[0m \0nul \u202eover \ud83d\ude00 ünï";

    private static readonly DateTimeOffset Began = new(2026, 11, 20, 5, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public SampleRun()
    {
        Yaml = _folder.Write("web.kontrakt/test.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: smoke\nspec:\n  containers:\n  - name: main\n    image: <busybox>\n---\nkind: Secret\nstringData:\n  password: hunter22\n");
        Store = RunStore.Begin(Runs, new()
        {
            Id = "20261120-050000-ab12",
            Started = Began,
            Directory = _folder.Path,
            SourceReference = "abc123",
            Cluster = new("local", "https://127.0.0.1:6443"),
            Kontrakts = [Kontrakt("web", RunState.Failed) with { Tests = [Failed("pod/smoke")], Diagnostics = [new("KTR4001", "test 'pod/smoke' failed: exit code 1", Yaml, 7, 5)] },
                Kontrakt("orders", RunState.Passed) with { Tests = [new("pod/check", true, 2, null, "ok", Yaml, 1, 1)] }],
            Steps = [new(RunStep.Discover, Began, Began.AddSeconds(1)), new(RunStep.Build, Began.AddSeconds(1), Began.AddSeconds(5))],
        });
        _folder.Write("runs/20261120-050000-ab12/web/observed.json", new RunObservation(
            [new("smoke", "test", "Failed", "node") { Created = Began.AddSeconds(5), Scheduled = Began.AddSeconds(5), Pulling = Began.AddSeconds(6), Pulled = Began.AddSeconds(8), Started = Began.AddSeconds(8), Ended = Began.AddSeconds(9), Containers = [new("main", false, "busybox", 0, "ended with exit code 1")] }],
            [new("2026-11-20T05:00:06Z", "Warning", "BackOff", "pod/smoke", 3, "Back-off <restarting>")]).ToJson());
        Log("web", "smoke/main", "first line\nneedle in the log\n");
    }

    public RunStore Store { get; }

    public string Yaml { get; }

    public string Runs => _folder.At("runs");

    public string Root => _folder.Path;

    public RunReport Report => new(Store.Record, [], Root, Store.Folder);

    public static RunTest Failed(string name) => new(name, false, 1.5, "exit code 1", "boom", "/repo/test.yaml", 7, 5);

    public RunKontrakt Kontrakt(string name, RunState state) => new()
    {
        Name = name,
        Directory = _folder.At($"{name}.kontrakt"),
        Files = [],
        State = state,
        Began = Began.AddSeconds(5),
        Ended = state >= RunState.Passed ? Began.AddSeconds(9) : null,
        Namespace = new($"kontrakt-{name}-ab12", true, "kontrakt", true),
        Steps = [new(RunStep.Lease, Began.AddSeconds(5), Began.AddSeconds(6)), new(RunStep.Apply, Began.AddSeconds(6), Began.AddSeconds(7)), new(RunStep.Wait, Began.AddSeconds(7), Began.AddSeconds(9)), new(RunStep.Delete, Began.AddSeconds(9), Began.AddSeconds(12))],
    };

    public string Log(string kontrakt, string container, string text) => _folder.Write($"runs/{Store.Record.Id}/{kontrakt}/logs/{container}.log", text);

    public string At(string name) => _folder.At(name);

    /// <summary>Records images of every kind.</summary>
    public void BuildImages() => Store.Update(record => record with
    {
        Images =
        [
            Image("api/api.csproj", "sha256:1", RunImage.SdkContainers) with { Began = Began.AddSeconds(3), Ended = Began.AddSeconds(4) },
            Image("db/db.csproj", "sha256:3", RunImage.SdkContainers) with { Reused = true, Began = Began.AddSeconds(3.5), Ended = Began.AddSeconds(4) },
            Image("web/Dockerfile", "sha256:2", "Kaniko") with { Began = Began.AddSeconds(3.5), Ended = Began.AddSeconds(5) },
        ],
        Pinned = [new("busybox:1", "sha256:4")],
    });

    /// <summary>The same with names as they are of a commit with changes.</summary>
    public void BuildLongImages()
    {
        BuildImages();
        var (tag, digest) = ($"{new string('a', 40)}-dirty-{new string('b', 12)}", $"sha256:{new string('c', 64)}");
        Store.Update(record => record with { Images = [.. record.Images.Select(image => image with { Name = "registry.example.com:5000/team/products/orders-service-api", Tag = tag, Digest = digest })] });
    }

    private RunImage Image(string source, string digest, string builder) =>
        new(_folder.At(source), $"registry/demo/{source.Split('/')[0]}", "abc123", digest, Reused: false) { Builder = builder };

    public void Dispose() => _folder.Dispose();
}
