using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Tool.Tests.Engines;

/// <summary>An engine in a folder of its own, started and ended by the tool as its users do. What a test leaves running ends with the test.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private static readonly string[] Nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    private static readonly string[] PowerlessRoot = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];
    private readonly string[] _as;
    private readonly string _tool = Path.Combine(AppContext.BaseDirectory, "kontrakt.dll");
    private readonly CancellationToken _cancellationToken;
    private readonly List<int> _started = [];

    /// <param name="user">Whose it is: "" for the tests' own user; "nobody", or "powerless root", whom the tests must be root for.</param>
    public TestEngine(CancellationToken cancellationToken, string user = "")
    {
        if (user.Length > 0 && !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("skipped: only root can be another user");
        _cancellationToken = cancellationToken;
        _as = user switch { "nobody" => Nobody, "powerless root" => PowerlessRoot, _ => [] };
        if (_as == Nobody)
            _tool = CopyFor(Nobody);
        // What separates words, options, lists of paths, and fields is a name like any other.
        Folder = new(Path.Combine(Home, "an engine, of: \"its\" own"));
    }

    /// <summary>For the test's files, and the home folder of the engine's user.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("kontrakt-engine-").FullName;

    public EngineFolder Folder { get; }

    /// <summary>What the running engine says of itself.</summary>
    public EngineHandshake Handshake => EngineHandshake.Read(Folder) ?? throw new InvalidOperationException($"no engine is to be found in {Folder.Path}");

    /// <summary>What the engine itself says, for failures.</summary>
    public string Log => File.Exists(Folder.Log) ? File.ReadAllText(Folder.Log) : "it has no log";

    /// <summary>kontrakt engine VERB.</summary>
    public Task<Outcome> RunAsync(string verb, params string[] arguments) => RunAsync([.. Command(verb), .. arguments]);

    /// <summary>Starts it, and ends the test as inconclusive where the machine allows none.</summary>
    public async Task<EngineHandshake> StartAsync()
    {
        var start = await RunAsync("start");
        if (start.Error.Contains("allows no namespaces", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {start.Error}");
        Assert.AreEqual(0, start.ExitCode, start.Log + Log);
        _started.Add(Handshake.Pid);
        return Handshake;
    }

    /// <summary>The command line of a verb.</summary>
    public string[] Command(string verb) => [.. _as, "dotnet", _tool, "engine", verb, "--engine-directory", Folder.Path];

    /// <summary>Any command, until its output ends.</summary>
    public async Task<Outcome> RunAsync(string[] command, string? secret = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Home };
        start.Environment["HOME"] = Home;
        start.Environment["KONTRAKT_TEST_SECRET"] = secret;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        await using var end = _cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        return new(process.ExitCode, await output, await error);
    }

    public ClusterClient Client() => new(Handshake.Connection, null);

    /// <summary>For its registry: the test's own user may be another than the engine's, and logs in as one would.</summary>
    public RegistryOptions Login()
    {
        var token = JsonNode.Parse(File.ReadAllText(Folder.Handshake))?["users"]?[0]?["user"]?["token"]?.ToString();
        var auths = new JsonObject { [Handshake.Registry] = new JsonObject { ["username"] = "me", ["password"] = token } };
        return new() { DockerConfigs = [Encoding.UTF8.GetBytes(new JsonObject { ["auths"] = auths }.ToJsonString())] };
    }

    public async ValueTask DisposeAsync()
    {
        var stop = await RunAsync("stop");
        // Those that nothing leads to any more, where a test failed half-way.
        foreach (var process in _started.Where(process => File.Exists($"/proc/{process}/cmdline") && File.ReadAllText($"/proc/{process}/cmdline").Contains(Home, StringComparison.Ordinal)))
            await Signals.SendAsync("KILL", process);
        Assert.AreEqual(0, stop.ExitCode, stop.Log);
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>The tool where anybody may read it.</summary>
    private string CopyFor(string[] user)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Home, "tool")).FullName;
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        using var chown = Process.Start("chown", ["-R", user[1].Split('=')[1], Home]);
        chown.WaitForExit();
        Assert.AreEqual(0, chown.ExitCode, "chown failed");
        return Path.Combine(folder, "kontrakt.dll");
    }
}
