using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>kontrakt dev: on a change it runs again what that concerns, where it ran before.</summary>
[TestClass]
public sealed class Developing
{
    private const int Sigterm = 15;
    private const string Waits = "waiting for changes";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tool-dev-");
    private readonly List<string> _round = [];
    private int _rounds;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => _folder.Delete(recursive: true);

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task RunsAgainWhatAChangeConcerns(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        Write("a-kontrakt/server.yaml", Server("one", place.Image));
        Write("a-kontrakt/test.yaml", Test("get", "test \"$(wget -qO- http://$SERVER_SERVICE_HOST/)\" = one", place.Image));
        Write("b-kontrakt/test.yaml", Test("b", "true", place.Image));

        await DevelopAsync(place,
            ("", () => Write("a-kontrakt/server.yaml", Server("two", place.Image)), ["b-kontrakt: passed", "a-kontrakt: passed", "2 passed in"]),
            // The server that answered "one" must be gone when the test asks.
            ("another answer", () => Write("a-kontrakt/test.yaml", Test("get", "test \"$(wget -qO- http://$SERVER_SERVICE_HOST/)\" = two", place.Image)), ["a-kontrakt: failed", "1 passed, 1 failed in", "!b-kontrakt: begins"]),
            ("another expectation", () => Write("b-kontrakt/test.yaml", "spec: ["), ["a-kontrakt: passed", "2 passed in", "a-kontrakt: replaces pod/get", "!deployment/server,"]),
            ("broken YAML", () => Write("b-kontrakt/test.yaml", Test("b", "exit 3", place.Image)), ["error KTR1001", "failed in"]),
            ("a test that fails", () => File.Delete(Path.Combine(_folder.FullName, "a-kontrakt", "server.yaml")), ["b-kontrakt: failed", "KTR4001", "1 passed, 1 failed in", "!a-kontrakt: begins"]),
            ("nothing that answers", () => Directory.Delete(Path.Combine(_folder.FullName, "b-kontrakt"), recursive: true), ["a-kontrakt: replaces", "a-kontrakt: failed", "2 failed in"]),
            ("a kontrakt is gone", () => Write("a-kontrakt/test.yaml", Test("get", "! wget -qO- http://$SERVER_SERVICE_HOST/", place.Image)), ["b-kontrakt: deleted the namespace", "1 failed in"]),
            ("what is expected now", () => MoveIn("c-kontrakt", Test("c", "true", place.Image)), ["a-kontrakt: passed", "1 passed in"]),
            // No file in a folder that is moved has an event of its own.
            ("a kontrakt is moved in", null, ["c-kontrakt: passed", "2 passed in", "!a-kontrakt: begins"]));
    }

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task RestartsWhatReadsAConfigMapThatHasChanged(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        Write("a-kontrakt/values.yaml", Values("one"));
        Write("a-kontrakt/server.yaml", Server("$ANSWER", place.Image, "envFrom: [{configMapRef: {name: values, optional: true}}]"));
        Write("a-kontrakt/test.yaml", Test("get", "test \"$(wget -qO- http://$SERVER_SERVICE_HOST/)\" = one", place.Image));

        await DevelopAsync(place,
            ("", () => Write("a-kontrakt/values.yaml", Values("two")), ["1 passed in"]),
            ("another value", () => Write("a-kontrakt/values.yaml", Values("one")), ["1 failed in"]),
            ("the value it had", () => File.Delete(Path.Combine(_folder.FullName, "a-kontrakt", "values.yaml")), ["1 passed in"]),
            ("no value", null, ["1 failed in"]));
    }

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task AsksAgainWhatMustBeReady(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        Write("a-kontrakt/ready.yaml", $$"""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: ready}
            spec:
              template:
                metadata: {labels: {kontrakt: readiness} }
                spec: {restartPolicy: Never, containers: [{name: main, image: {{place.Image}}, command: ["true"]}]}
            """);
        Write("a-kontrakt/test.yaml", Test("a", "true", place.Image));

        await DevelopAsync(place,
            ("", () => Write("a-kontrakt/test.yaml", Test("a", "echo again", place.Image)), ["1 passed in"]),
            ("another test", null, ["1 passed in", "job/ready", "a-kontrakt: replaces"]));
    }

    private void MoveIn(string folder, string text)
    {
        var outside = Directory.CreateTempSubdirectory("tool-dev-outside-");
        File.WriteAllText(Path.Combine(outside.FullName, "test.yaml"), text);
        Directory.Move(outside.FullName, Path.Combine(_folder.FullName, folder));
    }

    /// <summary>Runs the command, changes something each time it waits, and looks at what it said meanwhile; at last it gets a signal.</summary>
    /// <param name="rounds">What the round is about; what is changed after it; what must have been said in it, or with a ! must not.</param>
    private async Task DevelopAsync(RunPlace place, params (string Name, Action? Change, string[] Said)[] rounds)
    {
        var failures = new List<string>();

        var outcome = await ToolProcess.KontraktAsync(_folder.FullName, ["dev", .. place.Options], new Dictionary<string, string> { ["SOURCE_REFERENCE"] = "x" }, TestContext.CancellationToken, (tool, line) =>
        {
            lock (_round)
            {
                _round.Add(line);
                if (!line.Contains(Waits, StringComparison.Ordinal))
                    return;
                var (name, change, said) = rounds[Math.Min(_rounds++, rounds.Length - 1)];
                var text = string.Join('\n', _round);
                failures.AddRange(said.Where(each => each.StartsWith('!') ? text.Contains(each[1..], StringComparison.Ordinal) : !text.Contains(each, StringComparison.Ordinal)).Select(each => $"{name}: {each}"));
                _round.Clear();
                if (change is null || failures.Count > 0)
                    tool.Signal(Sigterm);
                else
                    change();
            }
        });

        Assert.IsEmpty(failures, outcome.Log);
        Assert.AreEqual(rounds.Length, _rounds, outcome.Log);
        Assert.AreEqual(128 + Sigterm, outcome.ExitCode, outcome.Log);
        Assert.Contains("a-kontrakt: deleted the namespace", string.Join('\n', _round), outcome.Log);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static string Values(string answer) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: values}}\ndata: {{ANSWER: {answer}}}\n";

    private static string Server(string answer, string image, string more = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: server}
        spec:
          selector: {matchLabels: {app: server} }
          template:
            metadata: {labels: {app: server} }
            spec:
              containers:
              - name: main
                image: {{image}}
                command: [sh, -c, "mkdir /tmp/w; echo {{answer}} > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w"]
                readinessProbe: {periodSeconds: 1, tcpSocket: {port: 8080} }
                {{more}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: server}
        spec:
          selector: {app: server}
          ports: [{port: 80, targetPort: 8080}]

        """;

    private static string Test(string name, string command, string image) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, labels: {kontrakt: test}, annotations: {kontrakt/after: ready} }
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: {{image}}
            command: [sh, -c]
            args: ['{{command}}']

        """;
}
