using Kontrakt.Kubernetes.Config;
using Kontrakt.Tests;
using Tool.Tests.Engines;

namespace Tool.Tests;

/// <summary>Where kontrakts run, an engine of the test's own or the cluster, and a shell in an image that it has.</summary>
internal sealed class RunPlace(string image, string[] options, ClusterConnection connection, TestEngine? engine) : IAsyncDisposable
{
    /// <summary>By digest.</summary>
    public string Image { get; } = image;

    public ClusterConnection Connection { get; } = connection;

    /// <summary>What tells the command where to run.</summary>
    public IReadOnlyList<string> Options { get; } = options;

    /// <param name="where">"engine" or "cluster"; the test is inconclusive where it is not to be had.</param>
    public static async Task<RunPlace> FindAsync(string where, CancellationToken cancellationToken)
    {
        if (where == "engine")
        {
            var engine = new TestEngine(cancellationToken);
            var handshake = await engine.StartAsync();
            return new(await TestImage.BusyboxAsync(handshake.Registry), ["--context", "kontrakt-engine", "--engine-directory", engine.Folder.Path], handshake.Connection, engine);
        }
        using var cluster = TestCluster.Require();
        return new(await TestImage.BusyboxAsync(), ["--context", cluster.Connection.Name, "--kubeconfig", TestCluster.KubeConfigPath!], cluster.Connection, null);
    }

    /// <summary>What "kontrakt run" says, having ended as expected.</summary>
    public async Task<string> RunAsync(int expected, string directory, params string[] arguments)
    {
        var outcome = await CommandLines.RunAsync(["run", "-f", directory, .. Options, .. arguments], new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(expected, outcome.ExitCode, outcome.Error);
        return outcome.Error;
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }
}
