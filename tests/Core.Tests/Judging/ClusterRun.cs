using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Runs.Applying;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Judging;

/// <summary>A kontrakt from YAML texts, run on the real cluster: lease, apply, wait, judge. BUSYBOX in a text is an image with a shell.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly DirectoryInfo _folder;

    private ClusterRun(TestCluster cluster, DirectoryInfo folder, Lease lease, KontraktManifests manifests) =>
        (_cluster, _folder, Lease, Manifests) = (cluster, folder, lease, manifests);

    public Lease Lease { get; }
    public KontraktManifests Manifests { get; }
    public ListLog Log => _cluster.Log;
    public WaitResult Waited { get; private set; } = new([]);
    public Verdict Verdict { get; private set; } = new([], []);
    public string LogDirectory => Path.Combine(_folder.FullName, "logs-of-run");

    public static KontraktSettings Settings => TestCluster.Settings() with { Timeout = TimeSpan.FromMinutes(3) };

    public static async Task<ClusterRun> JudgeAsync(KontraktSettings settings, params (string Name, string Text)[] files)
    {
        var run = await ApplyAsync(settings, files);
        var deadline = DateTimeOffset.UtcNow + settings.Timeout;
        run.Waited = await KontraktWaiter.WaitAsync(run.Lease, run.Manifests, settings, deadline, run.Log, CancellationToken.None);
        run.Verdict = await KontraktJudge.JudgeAsync(run.Lease, run.Manifests, run.Waited, settings, deadline, run.LogDirectory, run.Log, CancellationToken.None);
        return run;
    }

    public static async Task<ClusterRun> ApplyAsync(KontraktSettings settings, params (string Name, string Text)[] files)
    {
        var cluster = TestCluster.Open();
        var image = await TestImage.BusyboxAsync();
        var folder = Directory.CreateTempSubdirectory("kontrakt-run-");
        var paths = files.Select(file => Path.Combine(folder.FullName, file.Name)).ToList();
        for (var i = 0; i < files.Length; i++)
            await File.WriteAllTextAsync(paths[i], files[i].Text.Replace("BUSYBOX", image, StringComparison.Ordinal));
        var manifests = ManifestReader.Read(new("kr-test", folder.FullName, paths, null));
        var lease = await cluster.AcquireAsync("kr-test", settings);
        await KontraktApplier.ApplyAsync(lease, manifests, settings, cluster.Log, CancellationToken.None);
        return new(cluster, folder, lease, manifests);
    }

    /// <summary>"file(line) code", for comparison.</summary>
    public IReadOnlyList<string> Failures => [.. Verdict.Failures.Select(each => $"{Path.GetFileName(each.Location!.File)}({each.Location.Line}) {each.Code}")];

    public string All => string.Join('\n', Verdict.Failures) + "\n" + Log.Text;

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
