using System.Globalization;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs.Looking;

/// <summary>A command line to type next, without the options that say where the run is.</summary>
/// <param name="Rest">What comes after the verb and those options.</param>
public sealed record NextStep(string Verb, string Rest, string Why);

/// <summary>What to type to look into the kontrakts of a run that were kept, with the names of what they have.</summary>
public static class NextSteps
{
    private const int MostOfAKind = 3;

    /// <returns>Empty where nothing was kept.</returns>
    public static Task<IReadOnlyList<NextStep>> OfAsync(OpenRun run, CancellationToken cancellationToken) =>
        KeptRun.LookAsync<IReadOnlyList<NextStep>>(run, "what the run has kept", async kept =>
        {
            var steps = new List<NextStep>();
            foreach (var kontrakt in kept.Kontrakts)
                steps.AddRange(await OfAsync(kontrakt, kept.Record.Kontrakts.Single(each => each.Name == kontrakt.Name), cancellationToken));
            if (steps.Count > 0)
                steps.Add(new("delete", "", "when you have seen enough"));
            return steps;
        }, cancellationToken);

    private static async Task<IReadOnlyList<NextStep>> OfAsync(KeptKontrakt kontrakt, RunKontrakt record, CancellationToken cancellationToken)
    {
        var pods = await kontrakt.ListAsync(ApiResource.Pods, cancellationToken);
        var running = pods.Where(pod => pod.Object.Text("status", "phase") == "Running").OrderByDescending(pod => KeptPod.IsReady(pod.Object)).FirstOrDefault();
        // What failed is a test, or, where no test got so far, a pod that does not do what it should.
        string[] failed = [.. record.Tests.Where(test => IsOfPods(test)).Select(test => $"{kontrakt.Name}/{test.Name}")];
        if (failed.Length == 0)
            failed = [.. pods.Where(pod => !KeptPod.IsReady(pod.Object) && pod.Object.Text("status", "phase") != "Succeeded").Select(pod => pod.Title)];
        var steps = new List<NextStep> { new("get", kontrakt.Name, "all that it has, with its state") };
        foreach (var name in failed.Take(MostOfAKind))
            steps.AddRange([new("logs", name, "what it wrote"), new("describe", name, "its state and events")]);
        // No command in it: images without a shell are common, those of .NET among them.
        if (running is not null && !failed.Contains(running.Title, StringComparer.Ordinal))
            steps.AddRange([new("logs", running.Title, "what a pod that runs writes (-f: as it goes on)"), new("describe", running.Title, "its state and events")]);
        foreach (var service in (await ServicesAsync(kontrakt, cancellationToken)).Take(MostOfAKind))
            steps.Add(new("port-forward", service, "a service, from this machine"));
        return steps;
    }

    /// <summary>Whether a test failed that has a log; an assertion has none.</summary>
    private static bool IsOfPods(RunTest test) => test is { Passed: false, NotStarted: false }
        && test.Name.Split('/') is ["pod" or "job" or "deployment" or "statefulset" or "daemonset" or "replicaset" or "cronjob", { Length: > 0 }];

    private static async Task<IReadOnlyList<string>> ServicesAsync(KeptKontrakt kontrakt, CancellationToken cancellationToken) =>
        [.. (await kontrakt.ListAsync(ApiResource.Core("Service", "services"), cancellationToken)).Where(service => service.Object.At("spec", "selector") is not null)
            .Select(service => (service.Title, Port: (int)KubernetesObject.Number(service.Object.Items("spec", "ports").FirstOrDefault(port => (string?)port["protocol"] is null or "TCP")?["port"])))
            .Where(service => service.Port > 0)
            .Select(service => string.Create(CultureInfo.InvariantCulture, $"{service.Title} {Local(service.Port)}:{service.Port}"))];

    /// <summary>One that needs no rights: 8080 for 80.</summary>
    private static int Local(int port) => port < 1024 ? port + 8000 : port;
}
