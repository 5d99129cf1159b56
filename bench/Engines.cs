using System.Globalization;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Bench;

/// <summary>The embedded engine beside the cluster of the tests, for the benchmarks that compare the two.</summary>
internal static class Engines
{
    public static string Program { get; } = Path.Combine(Setting.Root, "src", "Tool", "bin", Configuration, "net10.0", "kontrakt.dll");

    public static ClusterClient Cluster() => new(KubeConfig.Load(Setting.Kubeconfig).Connect("local"));

    /// <summary>Runs something on an engine of its own, in a new folder, and ends it.</summary>
    public static async Task WithAsync(Func<EngineHandshake, string, Task> use)
    {
        var folder = Setting.Temporary();
        var launcher = new EngineLauncher(new(folder), Program, new NoLog());
        try
        {
            await use(await launcher.EnsureAsync(CancellationToken.None), folder);
        }
        finally
        {
            await launcher.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>MiB of the engine's own process, at the moment and at most so far.</summary>
    public static (double Now, double Peak) Memory(EngineHandshake engine)
    {
        var status = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{engine.Pid}/status"));
        return (Kib(status, "VmRSS:") / 1024, Kib(status, "VmHWM:") / 1024);
    }

    private static double Kib(string[] status, string field) =>
        double.Parse(status.First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', '\t').First(part => part.Length > 0 && char.IsDigit(part[0])), CultureInfo.InvariantCulture);

    private static string Configuration => typeof(Engines).Assembly.Location.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
}
