using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Clusters;

/// <summary>The real cluster of KONTRAKT_TEST_KUBECONFIG, and what a test makes there: all of it is deleted at its end.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<Func<Task>> _cleanup = [];

    private TestCluster(ClusterConnection connection)
    {
        Connection = connection;
        Admin = new(connection);
    }

    public static string? KubeConfigFile => Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG") is { Length: > 0 } file ? file : null;

    public ClusterConnection Connection { get; }

    public ClusterClient Admin { get; }

    public ListLog Log { get; } = new();

    /// <summary>Ends the test as inconclusive when there is no cluster.</summary>
    public static TestCluster Open()
    {
        if (KubeConfigFile is null)
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        return new(KubeConfig.Load(KubeConfigFile).Connect(null));
    }

    public static KontraktSettings Settings() => new()
    {
        Directory = AppContext.BaseDirectory,
        RunsDirectory = AppContext.BaseDirectory,
        KubeConfig = KubeConfigFile,
        DeleteTimeout = TimeSpan.FromMinutes(3),
    };

    /// <summary>Unique among concurrent tests and test runs.</summary>
    public static string NewRunId() => $"test-{RandomNumberGenerator.GetString("bcdfghjk23456789", 8)}";

    /// <summary>A client as somebody else, with the given rights in all namespaces.</summary>
    public async Task<ClusterClient> AsUserAsync(string user, params (string Groups, string Resources, string Verbs)[] rules)
    {
        var role = new JsonArray([.. rules.Select(rule => new JsonObject
        {
            ["apiGroups"] = List(rule.Groups),
            ["resources"] = List(rule.Resources),
            ["verbs"] = List(rule.Verbs),
        })]);
        await CreateAsync("rbac.authorization.k8s.io/v1", "ClusterRole", null, user, ("rules", role));
        await BindAsync(user, "ClusterRole", user, null);
        ClusterClient client = new(Connection, new ClientOptions { ImpersonateUser = user });
        foreach (var rule in rules)
            await InForceAsync(client, new(First(rule.Verbs), First(rule.Groups), First(rule.Resources)));
        return client;
    }

    /// <summary>The API server learns of new rights a little later than they are written, and tells nobody when.</summary>
    private static async Task InForceAsync(ClusterClient client, AccessQuestion right)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await client.CanIAsync(right, limit.Token)).Allowed)
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
    }

    private static string First(string list) => list.Split(',')[0];

    public ClusterClient AsUser(string user) => new(Connection, new ClientOptions { ImpersonateUser = user });

    /// <param name="ns">Null binds in all namespaces.</param>
    public Task<KubernetesObject> BindAsync(string user, string kind, string role, string? ns, string? name = null) =>
        CreateAsync("rbac.authorization.k8s.io/v1", ns is null ? "ClusterRoleBinding" : "RoleBinding", ns, name ?? user,
            ("roleRef", new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = kind, ["name"] = role }),
            ("subjects", new JsonArray(new JsonObject { ["kind"] = "User", ["apiGroup"] = "rbac.authorization.k8s.io", ["name"] = user })));

    public async Task<KubernetesObject> CreateAsync(string apiVersion, string kind, string? ns, string name, params (string Name, JsonNode Value)[] fields)
    {
        var body = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } };
        foreach (var field in fields)
            body[field.Name] = field.Value;
        return await CreateAsync(ns, body);
    }

    public async Task<KubernetesObject> CreateAsync(string? ns, JsonObject body)
    {
        var made = new KubernetesObject(body);
        var resource = await Admin.FindResourceAsync(made.GroupVersionKind, CancellationToken.None) ?? throw new InvalidOperationException($"no kind {made.Kind}");
        _cleanup.Add(() => Admin.DeleteAsync(new(resource, ns, made.Name), new(), CancellationToken.None));
        return await Admin.CreateAsync(resource, ns, made, CancellationToken.None);
    }

    public async Task<string> CreateNamespaceAsync(string prefix)
    {
        var name = $"{prefix}-{RandomNumberGenerator.GetString("bcdfghjk23456789", 6)}";
        await CreateAsync("v1", "Namespace", null, name);
        return name;
    }

    public async Task<Lease> AcquireAsync(string kontrakt, KontraktSettings? settings = null, ClusterClient? caller = null, string? runId = null, bool detached = false)
    {
        var lease = await new Leases(caller ?? Admin, settings ?? Settings(), Log).AcquireAsync(kontrakt, runId ?? NewRunId(), detached, CancellationToken.None);
        Forget(lease);
        return lease;
    }

    /// <summary>Deletes a lease at the test's end, should the test not have.</summary>
    public void Forget(Lease lease) => _cleanup.Add(async () =>
    {
        if (lease.Created)
            await Admin.DeleteAsync(new(ApiResource.Namespaces, null, lease.Namespace), new(), CancellationToken.None);
        lease.Account.Dispose();
    });

    public Task<KubernetesObject?> FindNamespaceAsync(string name) => Admin.FindAsync(new(ApiResource.Namespaces, null, name), CancellationToken.None);

    /// <summary>kubectl with nothing but a token: the kubeconfig's own user does not help it.</summary>
    public static async Task<(int Code, string Output)> KubectlAsTokenAsync(ClusterConnection connection, string token, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $$$"""
                {"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                 "clusters":[{"name":"c","cluster":{"server":"{{{connection.Server}}}",
                   "certificate-authority-data":"{{{Convert.ToBase64String(connection.CertificateAuthority.GetValueOrDefault().Span)}}}" } }],
                 "users":[{"name":"u","user":{"token":"{{{token}}}" } }]}
                """);
            return await KubectlAsync(file, arguments);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Output)> KubectlAsync(string kubeconfig, string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("kubectl did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var undo in Enumerable.Reverse(_cleanup))
        {
            try
            {
                await undo();
            }
            catch (KubernetesException e)
            {
                Console.WriteLine($"not cleaned up: {e.Message}");
            }
        }
        Admin.Dispose();
    }

    private static JsonArray List(string texts) => new([.. texts.Split(',').Select(text => (JsonNode)text)]);
}
