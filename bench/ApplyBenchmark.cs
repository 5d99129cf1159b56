using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;

namespace Bench;

/// <summary>apply: 500 ConfigMaps into an empty namespace, as a process, against `kubectl apply --server-side`.</summary>
internal static class ApplyBenchmark
{
    public static async Task RunAsync()
    {
        var root = Setting.Temporary();
        try
        {
            var folder = Write(root);
            await Paired.RunAsync("apply", "at most 0.8", pairs: 5,
                ("apply 500 ConfigMaps, a process", () => InLeaseAsync(root, ns => Children.TimeAsync("child-apply", folder, ns))),
                ("kubectl apply --server-side on the same", () => InLeaseAsync(root, ns => Paired.CommandAsync("kubectl",
                    ["apply", "--server-side", "-n", ns, "-f", folder], null, Setting.ProcessEnvironment))));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<TimeSpan> InLeaseAsync(string root, Func<string, Task<TimeSpan>> measure)
    {
        using var client = Setting.Connect(root);
        var settings = Setting.Settings(root);
        var lease = await new Leases(client, settings, new NoLog()).AcquireAsync("bench-apply", Children.NewRunId(), detached: false, CancellationToken.None);
        try
        {
            return await measure(lease.Namespace);
        }
        finally
        {
            await client.DeleteAsync(new(ApiResource.Namespaces, null, lease.Namespace), new(), CancellationToken.None);
        }
    }

    private static string Write(string root)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "kontrakt")).FullName;
        for (var each = 0; each < 500; each++)
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"map-{each}.yaml")), string.Create(CultureInfo.InvariantCulture, $$"""
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: map-{{each}}
                data:
                  number: "{{each}}"
                  text: some text that is neither short nor long

                """));
        // A kontrakt must say what success is.
        File.WriteAllText(Path.Combine(folder, "some.assert.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-0\n");
        return folder;
    }
}
