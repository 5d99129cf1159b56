using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>
/// A run of a kontrakt whose test failed, and that was kept: a Secret, a pod "web" of two containers with a Service, and the test "smoke", which prints the secret. Made
/// once for each place, and read by many tests.
/// </summary>
internal sealed class KeptOrders
{
    public const string Password = "s3cr3t-Passw0rd-77";

    private const string Yaml = """
        apiVersion: v1
        kind: Secret
        metadata: {name: login, annotations: {note: "the password is PASSWORD"}}
        stringData: {password: PASSWORD}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{name: http, port: 80, targetPort: http}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: BUSYBOX
            command: [sh, -c, "mkdir -p /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
            ports: [{name: http, containerPort: 8080}]
          - name: side
            image: BUSYBOX
            command: [sh, -c, "while true; do echo tick; sleep 1; done"]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test}, annotations: {kontrakt/after: ready}}
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: BUSYBOX
            env: [{name: LOGIN, valueFrom: {secretKeyRef: {name: login, key: password}}}]
            command: [sh, -c, "echo the password is $LOGIN; echo second; echo last; exit 3"]
        """;

    private static readonly ConcurrentDictionary<string, Lazy<Task<KeptOrders>>> All = new(StringComparer.Ordinal);

    private readonly RunPlace _place;
    private readonly string _folder;

    private KeptOrders(RunPlace place, string folder) => (_place, _folder) = (place, folder);

    /// <summary>What says where the run is; not on which cluster, which is in its record.</summary>
    public IReadOnlyList<string> Where => ["--directory", _folder, .. _place.Options.Skip(2)];

    /// <param name="where">"engine" or "cluster"; the test is inconclusive where it is not available.</param>
    public static Task<KeptOrders> OnAsync(string where) => All.GetOrAdd(where, _ => new(() => MakeAsync(where))).Value;

    /// <summary>A kontrakt "orders" in a folder of its own.</summary>
    public static async Task<string> WriteAsync(RunPlace place, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tool-orders-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "orders", "kontrakt"));
        var yaml = Yaml.Replace("BUSYBOX", place.Image, StringComparison.Ordinal).Replace("PASSWORD", Password, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "orders", "kontrakt", "all.yaml"), yaml, cancellationToken);
        return folder;
    }

    public static async Task RemoveAllAsync()
    {
        foreach (var each in All.Values)
        {
            if (!each.IsValueCreated || !each.Value.IsCompletedSuccessfully)
                continue;
            var kept = await each.Value;
            var (exitCode, _, error) = await CommandLines.RunAsync(["delete", "--directory", kept._folder, .. kept._place.Options]);
            await kept._place.DisposeAsync();
            Assert.AreEqual(0, exitCode, error);
            Directory.Delete(kept._folder, recursive: true);
        }
        All.Clear();
    }

    /// <summary>A command line in this process; nothing that it prints shows the secret.</summary>
    public async Task<(string Output, string Error)> TypeAsync(int expected, params string[] words)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([words[0], .. Where, .. words.Skip(1)]);
        Assert.AreEqual(expected, exitCode, $"{string.Join(' ', words)}: {error}{output}");
        Assert.DoesNotContain(Password, output + error, string.Join(' ', words));
        return (output, error);
    }

    /// <summary>The same in a process of its own.</summary>
    [SuppressMessage("Design", "CA1068:CancellationToken parameters must come last", Justification = "A list of words must.")]
    public Task<Outcome> StartAsync(CancellationToken cancellationToken, Action<ToolProcess, string>? seen, params string[] words) =>
        ToolProcess.KontraktAsync(_folder, [words[0], .. Where, .. words.Skip(1)], new Dictionary<string, string>(), cancellationToken, seen);

    private static async Task<KeptOrders> MakeAsync(string where)
    {
        var place = await RunPlace.FindAsync(where, CancellationToken.None);
        var folder = await WriteAsync(place, CancellationToken.None);
        var error = await place.RunAsync(1, folder, "--keep", "failed");
        Assert.Contains("error KTR4001: test 'pod/smoke' failed", error);
        return new(place, folder);
    }
}
