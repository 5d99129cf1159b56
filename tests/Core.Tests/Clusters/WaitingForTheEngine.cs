using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tests.Clusters;

/// <summary>An engine that is slow because its machine is, is waited for; one that stands still is not.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class WaitingForTheEngine : IDisposable
{
    private readonly EngineFolder folder = new(Directory.CreateTempSubdirectory("core-engine-").FullName);
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly Told log = new();

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Listen() => server.Start();

    public void Dispose()
    {
        server.Dispose();
        Directory.Delete(folder.Path, recursive: true);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task OneThatIsAtWorkGetsTheTimeItTakes()
    {
        using var process = Start("while :; do :; done");
        var finding = new EngineLauncher(folder, null, log).FindAsync(TestContext.CancellationToken);

        // It answers only after it has been said that it is waited for.
        await log.Waiting.WaitAsync(TestContext.CancellationToken);
        await AnswerAsync();
        var found = await finding;

        Assert.AreEqual(process.Id, found?.Pid);
        process.Kill();
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task OneThatStandsStillIsSaidTo()
    {
        using var process = Start("read -r line");

        var e = await Assert.ThrowsExactlyAsync<KontraktException>(() => new EngineLauncher(folder, null, log).FindAsync(TestContext.CancellationToken));

        Assert.AreEqual("KTR6002", e.Diagnostics.Single().Code);
        Assert.Contains($"the embedded engine (process {process.Id}) did not answer within 10 s, and it does not work", e.Message);
        process.Kill();
    }

    /// <summary>A process that is taken for this folder's engine.</summary>
    private Process Start(string script)
    {
        string[] arguments = ["-c", script, "engine", .. EngineProcess.Arguments(folder.Path)];
        var process = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true }) ?? throw new InvalidOperationException("sh did not start");
        File.WriteAllText(folder.Handshake, $$$"""
            {
              "apiVersion": "v1", "kind": "Config", "current-context": "kontrakt-engine",
              "contexts": [{"name": "kontrakt-engine", "context": {"cluster": "kontrakt-engine", "user": "kontrakt-engine"}}],
              "clusters": [{"name": "kontrakt-engine", "cluster": {"server": "http://127.0.0.1:{{{((IPEndPoint)server.LocalEndpoint).Port}}}"}}],
              "users": [{"name": "kontrakt-engine", "user": {"token": "secret"}}],
              "extensions": [{"name": "kontrakt-engine", "extension": {"pid": {{{process.Id}}}, "directory": "{{{folder.Path}}}", "version": "1.2.3", "registry": "localhost:1", "restrictions": []}}]
            }
            """);
        return process;
    }

    private async Task AnswerAsync()
    {
        using var client = await server.AcceptTcpClientAsync(TestContext.CancellationToken);
        await using var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096], TestContext.CancellationToken);
        const string body = """{"major": "1", "minor": "31", "gitVersion": "v1.31.0"}""";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), TestContext.CancellationToken);
    }

    private sealed class Told : IRunLog
    {
        private readonly TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => waiting.Task;

        public void Report(RunEvent runEvent)
        {
            if (runEvent is RunEvent.Progress { Text: var text } && text.Contains("it is waited for", StringComparison.Ordinal))
                waiting.TrySetResult();
        }
    }
}
