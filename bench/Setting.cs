using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Settings;

namespace Bench;

/// <summary>Where the benchmarks run: the cluster and the registry of the tests.</summary>
internal static class Setting
{
    public static string Kubeconfig => Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG")
        ?? throw new InvalidOperationException("set KONTRAKT_TEST_KUBECONFIG to the kubeconfig of a cluster");

    public static string Registry { get; } = Environment.GetEnvironmentVariable("KO_DOCKER_REPO") ?? "localhost:5000/bench";

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Hello { get; } = Path.Combine(Root, "samples", "Hello");

    public static (string, string)[] ProcessEnvironment =>
        [("KUBECONFIG", Kubeconfig), ("KontraktKubeContext", "local"), ("KO_DOCKER_REPO", Registry), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1")];

    public static KontraktSettings Settings(string directory) => new()
    {
        Directory = directory,
        RunsDirectory = Path.Combine(directory, "obj", "kontrakt"),
        KubeConfig = Kubeconfig,
        KubeContext = "local",
        Repository = Registry,
        SourceReference = "bench",
    };

    public static ClusterClient Connect(string directory) => new(ClusterChoice.Choose(Settings(directory)).Connection ?? throw new InvalidOperationException("the context 'local' leads to no cluster"));

    public static string Temporary() => Directory.CreateTempSubdirectory("kontrakt-bench-").FullName;

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Kontrakt.MSBuild.sln")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the benchmarks run inside the repository"));
}

/// <summary>Nobody watches a benchmark's events.</summary>
internal sealed class NoLog : IRunLog
{
    public void Report(RunEvent runEvent)
    {
        if (runEvent is RunEvent.Reported reported)
            throw new InvalidOperationException(reported.Diagnostic.ToString());
    }
}
