using System.Net;
using System.Net.Sockets;
using Kontrakt.Doctor;
using Kontrakt.Settings;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Doctor;

[TestClass]
public sealed class ProblemsOfMachines
{
    private const long Gigabyte = 1L << 30;

    [TestMethod, Timeout(60_000)]
    [DataRow(Gigabyte / 2, CheckState.Failed)]
    [DataRow(Gigabyte * 2, CheckState.Warning)]
    [DataRow(Gigabyte * 20, CheckState.Ok)]
    public async Task AreADiskThatTheEngineWouldFill(long free, CheckState expected)
    {
        using var folder = new TempFolder();

        var disk = await MachineAsync("disk", Settings(folder) with { KubeContext = "kontrakt-engine" }, free);

        Assert.AreEqual(expected, disk.State, disk.ToString());
        Assert.AreEqual(expected == CheckState.Ok, disk.Remedy is null);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreAFolderForRunsThatCannotBeMade()
    {
        using var folder = new TempFolder();
        var file = folder.Write("file", "no folder");

        var refused = await MachineAsync("folder", Settings(folder) with { RunsDirectory = Path.Combine(file, "runs") });
        var proc = await MachineAsync("folder", Settings(folder) with { RunsDirectory = "/proc/kontrakt/runs" });
        var fine = await MachineAsync("folder", Settings(folder));

        Assert.AreEqual("KTR1020", refused.Code, refused.ToString());
        Assert.AreEqual(CheckState.Failed, proc.State, proc.ToString());
        Assert.Contains("KontraktRunsDirectory", proc.Remedy!);
        Assert.AreEqual(CheckState.Ok, fine.State, fine.ToString());
        CollectionAssert.AreEqual(new[] { file }, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreProxiesThatDoNotAnswerOrAreNoAddress()
    {
        using var open = new TcpListener(IPAddress.Loopback, 0);
        open.Start();
        var reachable = ((IPEndPoint)open.LocalEndpoint).Port;

        var none = await ProxyAsync([]);
        var answers = await ProxyAsync(new() { ["https_proxy"] = $"http://ada:s3cret%20word@127.0.0.1:{reachable}", ["NO_PROXY"] = "localhost,10.0.0.0/8" });
        var silent = await ProxyAsync(new() { ["HTTPS_PROXY"] = "ada:s3cret@127.0.0.1:1" });
        var wrong = await ProxyAsync(new() { ["HTTP_PROXY"] = "http://" });

        Assert.AreEqual(CheckState.Ok, none.State);
        Assert.AreEqual($"https_proxy=http://***@127.0.0.1:{reachable}; NO_PROXY is localhost,10.0.0.0/8", answers.Seen);
        Assert.AreEqual(CheckState.Ok, answers.State);
        Assert.AreEqual(CheckState.Warning, silent.State);
        Assert.Contains("'127.0.0.1:1' cannot be reached", silent.Seen);
        Assert.Contains("unset HTTPS_PROXY", silent.Remedy!);
        Assert.AreEqual(CheckState.Warning, wrong.State);
        Assert.DoesNotContain("s3cret", $"{answers}{silent}");
    }

    private static KontraktSettings Settings(TempFolder folder) => TestCluster.Settings() with { Directory = folder.Path, RunsDirectory = Path.Combine(folder.Path, "obj", "kontrakt"), KubeConfig = "/nowhere/config", EngineDirectory = folder.At("engine") };

    private static async Task<CheckResult> MachineAsync(string name, KontraktSettings settings, long free = 100 * Gigabyte)
    {
        await using var surroundings = new Surroundings(settings, [], new ListLog());
        return await MakeAsync(new MachineChecks(surroundings) { FreeBytes = _ => free }.All.Single(check => check.Name == name));
    }

    private static Task<CheckResult> ProxyAsync(Dictionary<string, string> environment) => MakeAsync(ProxyCheck.Of(environment.GetValueOrDefault));

    private static async Task<CheckResult> MakeAsync(Check check) => await Check.MakeAllAsync([check], CancellationToken.None).SingleAsync();
}
