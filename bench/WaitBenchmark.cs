using System.Diagnostics;
using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Runs.Applying;

namespace Bench;

/// <summary>wait: our waiter and `kubectl wait --for=condition=Ready` watch one pod; who returns first when it turns ready. Both have started before it exists.</summary>
internal static class WaitBenchmark
{
    private const int Rounds = 7;

    public static async Task RunAsync()
    {
        var image = RunStore.Open(Path.Combine(Setting.Hello, "obj", "kontrakt"), null, RunStep.Build).Record.Images
            .First(each => each.Source.Contains("Api", StringComparison.Ordinal));
        var later = new List<double>();
        for (var round = 0; round < Rounds; round++)
            later.Add(await RoundAsync($"{image.Name}@{image.Digest}"));
        later.Sort();
        Console.WriteLine("wait");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours after kubectl wait, {Rounds} rounds {"",21} {1000 * later[0],7:F0} {1000 * later[Rounds / 2],7:F0} {1000 * later[^1],7:F0} ms (min, median, max; wanted: not above 0)"));
    }

    private static async Task<double> RoundAsync(string image)
    {
        var root = Setting.Temporary();
        var settings = Setting.Settings(root);
        using var client = Setting.Connect(root);
        var manifests = Write(root, image);
        var lease = await new Leases(client, settings, new NoLog()).AcquireAsync("bench-wait", Children.NewRunId(), detached: false, CancellationToken.None);
        try
        {
            await KontraktApplier.ApplyAsync(new(lease, manifests, settings, new NoLog(), ""), CancellationToken.None);
            var theirs = TimestampAsync(Paired.CommandAsync("kubectl", ["wait", "-n", lease.Namespace, "pod/ready", "--for=condition=Ready", "--timeout=2m"], null, Setting.ProcessEnvironment));
            var ours = TimestampAsync(WaitAsync(new(lease, manifests, settings, new NoLog(), root)));
            return Stopwatch.GetElapsedTime(await theirs, await ours).TotalSeconds;
        }
        finally
        {
            await new Leases(lease.Caller, settings, new NoLog()).DeleteAsync(lease);
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<WaitResult> WaitAsync(KontraktWork work)
    {
        using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: false, CancellationToken.None);
        return await KontraktWaiter.WaitAsync(work, watch, DateTimeOffset.UtcNow.AddMinutes(2), CancellationToken.None);
    }

    private static async Task<long> TimestampAsync(Task task)
    {
        await task;
        return Stopwatch.GetTimestamp();
    }

    private static KontraktManifests Write(string root, string image)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "kontrakt")).FullName;
        File.WriteAllText(Path.Combine(folder, "pod.yaml"), $$"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: ready
              labels:
                kontrakt: readiness
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: {{image}}
                readinessProbe:
                  httpGet:
                    path: /
                    port: 8080
                  initialDelaySeconds: 2
                  periodSeconds: 1

            """);
        return ManifestReader.Read(KontraktDiscovery.Discover(folder)[0]);
    }
}
