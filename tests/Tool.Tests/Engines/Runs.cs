using System.Runtime.Versioning;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Runs;
using Kontrakt.Tests;

namespace Tool.Tests.Engines;

/// <summary>What runs meet on an engine of their own.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class Runs
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task OnAnEngineThatIsKilledSaySoAndDeleteNothing()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var image = await TestImage.BusyboxAsync(handshake.Registry);
        var running = RunAsync(engine, "run", $"image: '{image}'\n    command: [sleep, '100000']");
        using (var client = engine.Client())
        {
            await foreach (var change in client.WatchAsync(ApiResource.Core("Pod", "pods", namespaced: true), new(null), Token))
            {
                if (change.Object?.Text("status", "phase") == "Running" || running.IsCompleted)
                    break;
            }
        }
        await Signals.SendAsync("KILL", handshake.Pid);
        var run = await running;

        Assert.AreNotEqual(0, run.ExitCode, run.Log);
        Assert.Contains("error KTR6030: the embedded engine ended while kontrakt 'project' ", run.Error);
        Assert.Contains($"process {handshake.Pid} has ended; its log is '{engine.Folder.Log}'", run.Error);
        Assert.Contains("is gone with the embedded engine", run.Error);
        Assert.DoesNotContain("warning KTR", run.Error);
        Assert.DoesNotContain("trying again", run.Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task NameItsRegistryWhereNothingIsBuilt()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var image = await TestImage.BusyboxAsync(handshake.Registry);

        var run = await RunAsync(engine, "run", $"image: '{image.Replace($"{handshake.Registry}/", "${KO_DOCKER_REPO}/", StringComparison.Ordinal)}'\n    command: ['true']");

        Assert.AreEqual(0, run.ExitCode, run.Log + engine.Log);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task PutTheHostsBaseImageIntoItsRegistry()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();

        var made = await engine.RunAsync([.. Tool(engine, "host-base"), "--kube-context", "kontrakt-engine", "--engine-directory", engine.Folder.Path]);

        Assert.AreEqual(0, made.ExitCode, made.Log);
        Assert.StartsWith($"{handshake.Registry}/dotnet-host:", made.Output);
    }

    /// <summary>What keeps the machine usable where a container's own limits cannot be kept.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task WithoutCgroupsHaveLimitsOfTheirUser()
    {
        await using var engine = new TestEngine(Token, "nobody");
        var start = await engine.RunAsync("start");
        if (!start.Error.Contains("limits of memory, cpu, pids are not kept", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: this user may make cgroups, or no engine: {start.Log}");
        using var registry = new RegistryClient(engine.Login());
        var image = await TestImage.BusyboxAsync(engine.Handshake.Registry, registry);

        var run = await RunAsync(engine, "run", $"image: '{image}'\n    command: [sh, -c, 'test \"$(ulimit -u)\" -le 4096 && test \"$(ulimit -d)\" != unlimited']");

        Assert.Contains("; one process may take ", start.Error);
        Assert.Contains(" of memory, and one user may have 4096 processes", start.Error);
        Assert.AreEqual(0, run.ExitCode, run.Log + engine.Log);
    }

    /// <summary>Which only pods can reach: the tag is asked for by the name that this machine has for it.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task PinImagesByThePodsNameOfItsRegistry()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var image = await TestImage.BusyboxAsync(handshake.Registry);
        using var client = engine.Client();
        var hosting = await client.FindAsync(new(ApiResource.Core("ConfigMap", "configmaps", namespaced: true), "kube-public", "local-registry-hosting"), Token);
        var name = hosting!.Text("data", "localRegistryHosting.v1").Split("hostFromClusterNetwork: ")[1].Trim().Trim('"');

        var run = await RunAsync(engine, "run", $"image: {name}/kontrakt-tests/busybox:1\n    command: ['true']", "--pin-images");

        Assert.AreEqual(0, run.ExitCode, run.Log + engine.Log);
        var pin = RunStore.Open(Path.Combine(engine.Home, "runs"), null, RunStep.Discover).Record.Pinned.Single();
        StringAssert.StartsWith(name, "registry.kontrakt-system.svc:");
        Assert.AreEqual(($"{name}/kontrakt-tests/busybox:1", image.Split('@')[1]), (pin.Image, pin.Digest));
    }

    /// <summary>An image of Docker Hub that Docker Hub does not have, so that nobody else can have answered.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task PullWhatIsOfDockerHubFromTheMirrorsOfTheSettings()
    {
        await using var mirror = await DockerRegistry.StartAsync();
        await using var engine = new TestEngine(Token);
        await engine.StartAsync();
        await TestImage.BusyboxAsync(mirror.Host);

        var run = await RunAsync(engine, "run", "image: kontrakt-tests/busybox:1\n    command: [echo, from the mirror]", "--registry-mirror", mirror.Host);

        Assert.AreEqual(0, run.ExitCode, run.Log + engine.Log);
    }

    /// <param name="container">YAML of its only container.</param>
    private static async Task<Outcome> RunAsync(TestEngine engine, string verb, string container, params string[] options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(engine.Home, "project", "kontrakt"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.yaml"),
            $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: test\n  labels: {{kontrakt: test}}\nspec:\n  restartPolicy: Never\n  containers:\n  - name: main\n    {container}\n");
        return await engine.RunAsync([.. Tool(engine, verb), "--directory", folder.Parent!.FullName, "--runs-directory", Path.Combine(engine.Home, "runs"), "--kube-context", "kontrakt-engine", "--engine-directory", engine.Folder.Path, "--verbose", .. options]);
    }

    private static string[] Tool(TestEngine engine, string verb) => [.. engine.Command("start").TakeWhile(word => word != "engine"), verb];
}
