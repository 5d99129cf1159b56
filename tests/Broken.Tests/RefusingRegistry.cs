using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Broken.Tests;

/// <summary>A registry that wants credentials nobody has: Debian's docker-registry behind a password file without users.</summary>
internal sealed class RefusingRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private RefusingRegistry(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>Ends the test as inconclusive where the binary is absent.</summary>
    public static async Task<RefusingRegistry> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists("/usr/bin/docker-registry"))
            Assert.Inconclusive("skipped: docker-registry is absent (package docker-registry)");
        var folder = Directory.CreateTempSubdirectory("broken-registry-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), "", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.yml"), $"""
            version: 0.1
            log: {"{level: error}"}
            storage: {"{filesystem: {rootdirectory: " + folder + "/data}}"}
            http: {"{addr: 127.0.0.1:" + port + "}"}
            auth: {"{htpasswd: {realm: broken, path: " + folder + "/htpasswd}}"}
            """, cancellationToken);
        var start = new ProcessStartInfo("/usr/bin/docker-registry", ["serve", Path.Combine(folder, "config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException("docker-registry did not start");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new RefusingRegistry(process, folder, port);
        await registry.AnswersAsync(cancellationToken);
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{Port}/v2/", cancellationToken);
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
