using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Package.Tests;

/// <summary>dotnet test that is interrupted in the middle of a run leaves nothing on the cluster. The pod fits on no node: it waits until then.</summary>
[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed class Interruptions
{
    private const string Platform = TestingPlatform.Mode;
    private const string VSTest = "{}";

    public TestContext TestContext { get; set; } = null!;

    /// <summary>With SIGTERM 'dotnet test' of SDK 10 ends at once, with 0, in the mode for the platform: the runner cleans up after it.</summary>
    [TestMethod, Timeout(600_000)]
    [DataRow(Platform, "INT", "group", "3")]
    [DataRow(Platform, "TERM", "group", "0 143")]
    [DataRow(Platform, "TERM", "process", "0 143")]
    [DataRow(VSTest, "INT", "group", "1")]
    [DataRow(VSTest, "TERM", "group", "1 143")]
    public async Task LeaveNothingOnTheCluster(string mode, string signal, string target, string exitCodes)
    {
        using var cluster = TestCluster.Require();
        using var workspace = Endless(cluster, mode);

        var test = await workspace.SignalTestAsync(signal, wholeGroup: target == "group", token => HasPodAsync(cluster, workspace, token));
        await GoneAsync(cluster, RunOf(workspace) ?? "", test.Log);

        Assert.Contains($"{test.ExitCode}", exitCodes.Split(' '), test.Log);
    }

    private Workspace Endless(TestCluster cluster, string mode) => new Workspace(TestContext).Write("global.json", mode)
        .Write("kontrakt-own/test.yaml", Workspace.TestPod.Replace("spec:", "spec:\n  nodeSelector:\n    kontrakt-test: no-such-node"))
        .Write("Yaml.csproj", $"""
            <Project Sdk="Kontrakt.MSBuild/{Packed.Version}">
              <PropertyGroup>
                <SOURCE_REFERENCE>interruptions</SOURCE_REFERENCE>
                <KontraktUnschedulableGrace>1h</KontraktUnschedulableGrace>
                <KontraktKubeContext>{cluster.Connection.Name}</KontraktKubeContext>
                <KontraktKubeConfig>{TestCluster.KubeConfigPath}</KontraktKubeConfig>
              </PropertyGroup>
            </Project>
            """);

    private static string? RunOf(Workspace workspace) => File.Exists(workspace.At("obj/kontrakt/latest")) ? File.ReadAllText(workspace.At("obj/kontrakt/latest")).Trim() : null;

    /// <summary>The run has begun: its pod is there.</summary>
    private static async Task<bool> HasPodAsync(TestCluster cluster, Workspace workspace, CancellationToken cancellationToken)
    {
        if (RunOf(workspace) is not { Length: > 0 } run)
            return false;
        var pods = await cluster.Client.FindResourceAsync(GroupVersionKind.From("v1", "Pod"), cancellationToken);
        foreach (var ns in await cluster.NamespacesOfAsync(run, cancellationToken))
            await foreach (var pod in cluster.Client.ListAsync(pods!, new(ns), cancellationToken))
                return pod.Name == "smoke";
        return false;
    }

    /// <summary>What cleans up may outlive dotnet test.</summary>
    private async Task GoneAsync(TestCluster cluster, string run, string log)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(3); (await cluster.NamespacesOfAsync(run, TestContext.CancellationToken)).Count > 0;)
        {
            Assert.IsLessThan(deadline, DateTime.UtcNow, $"the namespace of the run {run} is still there\n{log}");
            await Task.Delay(200, TestContext.CancellationToken);
        }
    }
}
