using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>--prerequisites: what kontrakts need outside of their namespaces.</summary>
[TestClass]
public sealed class Prerequisites : IDisposable
{
    private readonly string _group = $"p{Guid.NewGuid():N}.example.com";
    private readonly TempFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _folder.Dispose();

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreAppliedToTheEngineBeforeKontrakts()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        _folder.Write("before/kind.yaml", Definition("integer"));
        _folder.Write("before/nested/agent.yaml", Agent(place.Image));
        _folder.Write("a-kontrakt/widget.yaml", Widget("1") + "---\n" + Test(place.Image, "true"));
        _folder.Write("b-kontrakt/test.yaml", Test(place.Image, "true"));

        var output = await place.RunAsync(0, _folder.Path, "--prerequisites", _folder.At("before"));

        Assert.Contains("prerequisites: 2 objects applied and ready", output);
        Assert.HasCount(2, output.Split("applied and ready"), "once for both kontrakts");
        Assert.Contains("2 passed", output);
        using var client = new ClusterClient(place.Connection);
        var agent = await client.FindAsync(await NameAsync(client, "apps/v1", "Deployment", "default", "agent"), TestContext.CancellationToken);
        Assert.AreEqual(1, agent?.Json["status"]?["readyReplicas"]?.GetValue<int>());
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task DecideTheVerdictWithTheKontrakt()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        _folder.Write("before/kind.yaml", Definition("integer"));
        _folder.Write("a-kontrakt/test.yaml", Test(place.Image, "true"));
        string[] options = ["--prerequisites", _folder.At("before")];

        await place.RunAsync(0, _folder.Path, options);
        var same = await place.RunAsync(0, _folder.Path, options);
        _folder.Write("before/kind.yaml", Definition("string"));
        var changed = await place.RunAsync(0, _folder.Path, options);
        _folder.Write("a-kontrakt/widget.yaml", Widget("1"));
        var refused = await place.RunAsync(1, _folder.Path, options);

        Assert.Contains("passed (cached", same);
        Assert.DoesNotContain("applied and ready", same);
        Assert.Contains("pod/smoke passed", changed);
        Assert.Contains("widget.yaml(4,14): error KTR3005: the API server refused Widget 'small': spec.size", refused);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task MustBeOnAClusterAlreadyUnlessItIsSaid()
    {
        await using var place = await RunPlace.FindAsync("cluster", TestContext.CancellationToken);
        using var client = new ClusterClient(place.Connection);
        _folder.Write("before/kind.yaml", Definition("integer"));
        _folder.Write("a-kontrakt/widget.yaml", Widget("1") + "---\n" + Test(place.Image, "true"));
        string[] options = ["--prerequisites", _folder.At("before")];
        try
        {
            var missing = await place.RunAsync(2, _folder.Path, options);
            var applied = await place.RunAsync(0, _folder.Path, [.. options, "--prerequisites-on-cluster"]);
            var there = await place.RunAsync(0, _folder.Path, [.. options, "--force"]);
            File.Delete(_folder.At("a-kontrakt/widget.yaml"));
            _folder.Write("a-kontrakt/test.yaml", Test(place.Image, "true"));
            await place.RunAsync(0, _folder.Path, options);
            var kept = await place.RunAsync(0, _folder.Path, options);
            await DeleteAsync(client);
            var gone = await place.RunAsync(2, _folder.Path, options);

            Assert.Contains($"{_folder.At("before/kind.yaml")}(3,18): error KTR1211: customresourcedefinition/widgets.{_group}", missing);
            Assert.DoesNotContain("deleted the namespace", missing);
            Assert.Contains("prerequisites: 1 object applied and ready", applied);
            Assert.Contains("1 passed", there);
            Assert.DoesNotContain("applied and ready", there);
            Assert.Contains("passed (cached", kept);
            Assert.Contains("error KTR1211", gone);
        }
        finally
        {
            await DeleteAsync(client);
        }
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatDoNotBecomeReadyEndTheRunBeforeItsKontrakts()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        _folder.Write("before/agent.yaml", Agent(place.Image, "exit 3"));
        _folder.Write("a-kontrakt/test.yaml", Test(place.Image, "true"));

        var output = await place.RunAsync(1, _folder.Path, "--prerequisites", _folder.At("before"), "--timeout", "5s");

        Assert.Contains($"{_folder.At("before/agent.yaml")}(1,1): error KTR4003: deployment/agent", output);
        Assert.Contains("ended with exit code 3", output);
        Assert.DoesNotContain("a-kontrakt: begins", output);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task WorkInStepsOfProcessesOfTheirOwn()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        _folder.Write("before/kind.yaml", Definition("integer"));
        _folder.Write("a-kontrakt/widget.yaml", Widget("1") + "---\n" + Test(place.Image, "true"));
        string[] prerequisites = ["--prerequisites", _folder.At("before")];

        var resolved = await StepAsync(place, ["resolve", .. prerequisites]);
        var applied = await StepAsync(place, ["apply"]);
        await StepAsync(place, ["wait"]);
        var asserted = await StepAsync(place, ["assert"]);
        await StepAsync(place, ["delete"]);

        Assert.HasCount(1, resolved.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), "prerequisites are not objects of a kontrakt");
        Assert.Contains("prerequisites: 1 object applied and ready", applied.Error);
        Assert.Contains("1 passed", asserted.Error);
    }

    /// <summary>samples/Operator: leader election, watches, finalizers and status in C#, in the image that is built of it.</summary>
    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task AreHowAnOperatorIsTested()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);

        var outcome = await ToolProcess.KontraktAsync(Path.Combine(Repository.Root, "samples", "Operator"), ["run", .. place.Options, "--runs-directory", _folder.At("runs")],
            new Dictionary<string, string> { ["SOURCE_REFERENCE"] = "r" }, TestContext.CancellationToken);

        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        Assert.Contains("prerequisites: 8 objects applied and ready", outcome.Error, outcome.Log);
        Assert.Contains("1 passed", outcome.Error, outcome.Log);
    }

    [TestMethod, Timeout(60_000)]
    public async Task ProveNothing()
    {
        _folder.Write("before/pod.yaml", Test("busybox", "true"));
        _folder.Write("before/ready.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n");
        _folder.Write("a-kontrakt/test.yaml", Test("busybox", "true"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["resolve", "-f", _folder.Path, "--prerequisites", _folder.At("before")]);

        Assert.AreEqual(2, exitCode, error);
        Assert.Contains($"{_folder.At("before/pod.yaml")}(3,44): error KTR1213: the label 'kontrakt: test' of pod/smoke has no effect", error);
        Assert.Contains($"{_folder.At("before/ready.assert.yaml")}(2,7): error KTR1213: the assertion on pod/smoke has no effect", error);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("missing", "does not exist"), DataRow("empty", "has no manifests")]
    public async Task ThatAreNotThereAreAnError(string folder, string why)
    {
        Directory.CreateDirectory(_folder.At("empty"));
        _folder.Write("a-kontrakt/test.yaml", Test("busybox", "true"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["resolve", "-f", _folder.Path, "--prerequisites", _folder.At(folder)]);

        Assert.AreEqual(2, exitCode, error);
        Assert.Contains($"error KTR1210: '{_folder.At(folder)}' (--prerequisites) {why}", error);
    }

    private async Task<(string Output, string Error)> StepAsync(RunPlace place, string[] arguments)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([.. arguments, "-f", _folder.Path, .. place.Options], new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(0, exitCode, error);
        return (output, error);
    }

    /// <summary>The definition, if it exists; it is gone when this ends.</summary>
    private async Task DeleteAsync(ClusterClient client)
    {
        var name = await NameAsync(client, "apiextensions.k8s.io/v1", "CustomResourceDefinition", null, $"widgets.{_group}");
        if (!await client.DeleteAsync(name, new(), CancellationToken.None))
            return;
        await foreach (var change in client.WatchAsync(name.Resource, new(null) { FieldSelector = $"metadata.name={name.Name}" }, TestContext.CancellationToken))
            if (change.Type == WatchEventType.Deleted || (change.Type == WatchEventType.Synced && await client.FindAsync(name, TestContext.CancellationToken) is null))
                return;
    }

    private async Task<ResourceName> NameAsync(ClusterClient client, string apiVersion, string kind, string? ns, string name) =>
        new(await client.FindResourceAsync(GroupVersionKind.From(apiVersion, kind), TestContext.CancellationToken) ?? throw new AssertFailedException(kind), ns, name);

    private string Definition(string type) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.{{_group}}}
        spec:
          group: {{_group}}
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: {{type}} } } } } } }

        """;

    private string Widget(string size) => $$"""
        apiVersion: {{_group}}/v1
        kind: Widget
        metadata: {name: small}
        spec: {size: {{size}} }

        """;

    private static string Agent(string image, string command = "sleep 1000") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: agent}
        spec:
          selector: {matchLabels: {app: agent} }
          template:
            metadata: {labels: {app: agent} }
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: agent, image: '{{image}}', command: [sh, -c, '{{command}}']}]

        """;

    private static string Test(string image, string command) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test} }
        spec:
          restartPolicy: Never
          containers: [{name: main, image: '{{image}}', command: [sh, -c, '{{command}}']}]

        """;
}
