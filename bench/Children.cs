using System.Diagnostics;
using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Runs.Applying;

namespace Bench;

/// <summary>Work that is measured as a whole process, start included, as the commands it is compared with are.</summary>
internal static class Children
{
    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Bench.dll");

    public static Task<TimeSpan> TimeAsync(string child, params string[] arguments) =>
        Paired.CommandAsync("dotnet", [Program, child, .. arguments], null, Setting.ProcessEnvironment);

    public static async Task<string> OutputAsync(string child, params string[] arguments) =>
        (await Paired.OutputAsync("dotnet", [Program, child, .. arguments], null, Setting.ProcessEnvironment)).Trim();

    public static string NewRunId() => RunId.New(TimeProvider.System);

    public static async Task<int> RunAsync(string child, string[] arguments)
    {
        switch (child)
        {
            case "child-resolve":
                await ResolveAsync(arguments[0]);
                break;
            case "child-apply":
                await ApplyAsync(arguments[0], arguments[1]);
                break;
            case "child-context-push":
                await ContextChildren.PushAsync(arguments[0], arguments[1], arguments[2], arguments[3]);
                break;
            case "child-context-scan":
                await ContextChildren.ScanAsync(arguments[0], arguments[1]);
                break;
            case "child-report":
                ReportBenchmark.Write(arguments[0], arguments[1]);
                break;
            default:
                return 2;
        }
        return 0;
    }

    private static async Task ResolveAsync(string folder)
    {
        var output = Path.Combine(Setting.Temporary(), "resolved");
        var kontrakt = ManifestReader.Read(KontraktDiscovery.Discover(folder)[0]);
        await ManifestResolver.ResolveAsync(kontrakt, output, new("bench", "localhost:5000/bench", (_, _) => null), CancellationToken.None);
        Directory.Delete(output, recursive: true);
        Console.WriteLine((Process.GetCurrentProcess().PeakWorkingSet64 / 1_048_576).ToString(CultureInfo.InvariantCulture));
    }

    private static async Task ApplyAsync(string folder, string ns)
    {
        var settings = Setting.Settings(folder);
        using var client = new ClusterClient(KubeConfig.Load(settings.KubeConfig).Connect(settings.KubeContext));
        var manifests = ManifestReader.Read(KontraktDiscovery.Discover(folder)[0]);
        var lease = new Lease(new("bench", NewRunId(), ns, "kontrakt", Created: true), client, client);
        await KontraktApplier.ApplyAsync(new(lease, manifests, settings, new NoLog(), ""), CancellationToken.None);
    }
}
