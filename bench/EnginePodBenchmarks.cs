using System.Globalization;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Oci.Names;

namespace Bench;

/// <summary>
/// engine-pod: a pod that runs a static `true`, from its creation to Succeeded, against `podman run --rm` and against the cluster.
/// engine-pods: 100 of them, 20 at a time, against the cluster; and the engine's own memory. The image is there already in each case.
/// </summary>
internal static class EnginePodBenchmarks
{
    public static Task PodAsync() => Engines.WithAsync(async (engine, _) =>
    {
        var image = await SmallImage.PushAsync();
        using var ours = new ClusterClient(engine.Connection);
        using var cluster = Engines.Cluster();
        await PodRuns.InNamespaceAsync(ours, async here =>
        {
            if (await HasPodmanAsync(image))
                await Paired.RunAsync("engine-pod", "at most 0.5", pairs: 9,
                    ("a pod on the engine, created to Succeeded", () => PodRuns.OneAsync(ours, here, Name(), image)),
                    ("podman run --rm", () => PodmanAsync("run", "--rm", "--tls-verify=false", image, "true")));
            return await PodRuns.InNamespaceAsync(cluster, async there =>
            {
                await Paired.RunAsync("engine-pod, against the cluster", "below 1", pairs: 5,
                    ("a pod on the engine, created to Succeeded", () => PodRuns.OneAsync(ours, here, Name(), image)),
                    ("the same on the cluster", () => PodRuns.OneAsync(cluster, there, Name(), image)));
                return true;
            });
        });
    });

    public static Task PodsAsync() => Engines.WithAsync(async (engine, _) =>
    {
        var image = await SmallImage.PushAsync();
        using var ours = new ClusterClient(engine.Connection);
        using var cluster = Engines.Cluster();
        await Paired.RunAsync("engine-pods", "below 1; the engine's memory below 200 MiB", pairs: 2,
            ("100 pods on the engine, 20 at a time", () => PodRuns.InNamespaceAsync(ours, ns => PodRuns.ManyAsync(ours, ns, image, 100, 20))),
            ("the same on the cluster", () => PodRuns.InNamespaceAsync(cluster, ns => PodRuns.ManyAsync(cluster, ns, image, 100, 20))));
        var (now, peak) = Engines.Memory(engine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory of the engine: {now:F0} MiB, at most {peak:F0} MiB"));
    });

    /// <summary>With runc, and without limits of its own: crun does not take hybrid cgroups, and neither may raise limits in a container.</summary>
    private static async Task<TimeSpan> PodmanAsync(params string[] arguments)
    {
        var settings = Path.Combine(Path.GetTempPath(), "kontrakt-bench-containers.conf");
        await File.WriteAllTextAsync(settings, "[containers]\ndefault_ulimits = []\n[engine]\nruntime = \"runc\"\n");
        return await Paired.CommandAsync("podman", arguments, Setting.Root, [("CONTAINERS_CONF", settings)]);
    }

    private static string Name() => "pod-" + Guid.NewGuid().ToString("N")[..8];

    private static async Task<bool> HasPodmanAsync(string image)
    {
        try
        {
            await PodmanAsync("pull", "-q", "--tls-verify=false", ImageReference.Parse(image).ToString());
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("engine-pod\n  not compared with podman: it is not installed");
            return false;
        }
    }
}
