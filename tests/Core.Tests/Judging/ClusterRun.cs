using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Runs.Applying;
using Kontrakt.Settings;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Judging;

/// <summary>A kontrakt from YAML texts, run on the real cluster: lease, apply, wait, judge. BUSYBOX in a text is an image with a shell.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly DirectoryInfo _folder;

    private readonly KontraktSettings _settings;

    private ClusterRun(TestCluster cluster, DirectoryInfo folder, Lease lease, KontraktManifests manifests, KontraktSettings settings) =>
        (_cluster, _folder, Lease, Manifests, _settings) = (cluster, folder, lease, manifests, settings);

    public Lease Lease { get; }
    public KontraktManifests Manifests { get; private set; }
    public ListLog Log => _cluster.Log;
    public WaitResult Waited { get; private set; } = new([]);
    public Verdict Verdict { get; private set; } = new([], []);
    public string LogDirectory => Path.Combine(_folder.FullName, "logs-of-run");

    public static KontraktSettings Settings => TestCluster.Settings() with { Timeout = TimeSpan.FromMinutes(3) };

    public KontraktWork Work => new(Lease, Manifests, _settings, Log, LogDirectory);

    /// <summary>As a whole run does it: the watch is opened before anything is applied.</summary>
    public static async Task<ClusterRun> JudgeAsync(KontraktSettings settings, params (string Name, string Text)[] files)
    {
        var run = await LeaseAsync(settings, files);
        var deadline = DateTimeOffset.UtcNow + settings.Timeout;
        using var watch = await KontraktWatch.OpenAsync(run.Work, fromTheBeginning: true, CancellationToken.None);
        await run.ApplyAsync();
        run.Waited = await KontraktWaiter.WaitAsync(run.Work, watch, deadline, CancellationToken.None);
        run.Verdict = await KontraktJudge.JudgeAsync(run.Work, watch, run.Waited, deadline, CancellationToken.None);
        return run;
    }

    public static async Task<ClusterRun> ApplyAsync(KontraktSettings settings, params (string Name, string Text)[] files)
    {
        var run = await LeaseAsync(settings, files);
        try
        {
            await run.ApplyAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>A wait as a process of its own does it, after apply.</summary>
    public async Task WaitAsync()
    {
        using var watch = await KontraktWatch.OpenAsync(Work, fromTheBeginning: false, CancellationToken.None);
        Waited = await KontraktWaiter.WaitAsync(Work, watch, DateTimeOffset.UtcNow + _settings.Timeout, CancellationToken.None);
    }

    /// <summary>An assert as a process of its own does it, by what wait has recorded.</summary>
    public async Task AssertAsync(WaitResult waited)
    {
        using var watch = await KontraktWatch.OpenAsync(Work, fromTheBeginning: false, CancellationToken.None);
        Verdict = await KontraktJudge.JudgeAsync(Work, watch, waited, DateTimeOffset.UtcNow, CancellationToken.None);
    }

    /// <summary>What wait found, as assert reads it from the record.</summary>
    public WaitResult Recorded() => RunWait.From(Waited).ToResult();

    /// <summary>An apply as a process of its own does it, to the same namespace, after a file was changed.</summary>
    public async Task ApplyAgainAsync(string name, string text)
    {
        await WriteAsync(_folder, name, text);
        Manifests = ManifestReader.Read(Manifests.Folder);
        await ApplyAsync();
    }

    public async Task DeleteAsync(string group, string version, string kind, string name)
    {
        var resource = await Lease.Caller.FindResourceAsync(new(group, version, kind), CancellationToken.None);
        _ = await Lease.Caller.DeleteAsync(new(resource!, Lease.Namespace, name), new() { Propagation = Propagation.Background }, CancellationToken.None);
    }

    /// <summary>The pods of the namespace, as they are now.</summary>
    public async Task<IReadOnlyList<KubernetesObject>> PodsAsync()
    {
        var pods = new List<KubernetesObject>();
        await foreach (var pod in Lease.Caller.ListAsync(ApiResource.Pods, new(Lease.Namespace), CancellationToken.None))
            pods.Add(pod);
        return pods;
    }

    private static async Task<ClusterRun> LeaseAsync(KontraktSettings settings, (string Name, string Text)[] files)
    {
        var cluster = TestCluster.Open();
        var folder = Directory.CreateTempSubdirectory("kontrakt-run-");
        var paths = new List<string>();
        foreach (var (name, text) in files)
            paths.Add(await WriteAsync(folder, name, text));
        var manifests = ManifestReader.Read(new("kr-test", folder.FullName, paths, null));
        return new(cluster, folder, await cluster.AcquireAsync("kr-test", settings), manifests, settings);
    }

    private static async Task<string> WriteAsync(DirectoryInfo folder, string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(path, text.Replace("BUSYBOX", await TestImage.BusyboxAsync(), StringComparison.Ordinal));
        return path;
    }

    private Task ApplyAsync() => KontraktApplier.ApplyAsync(Work, CancellationToken.None);

    /// <summary>"file(line) code", for comparison.</summary>
    public IReadOnlyList<string> Failures => [.. Verdict.Failures.Select(each => $"{Path.GetFileName(each.Location!.File)}({each.Location.Line}) {each.Code}")];

    public string All => string.Join('\n', Verdict.Failures) + "\n" + Log.Text;

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
