using Kontrakt.Tests;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Kontrakt.Oci.Tests.Infra;

/// <summary>Debian's docker-registry on a loopback port of its own, with its storage in a temporary folder.</summary>
public sealed partial class DockerRegistry : IAsyncDisposable
{
    public const string User = "ada";
    public const string Password = "correct horse";
    /// <summary>bcrypt of the password: the only kind that docker-registry takes.</summary>
    private const string Htpasswd = User + ":$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n";

    private readonly Process process;
    private readonly TempFolder folder;

    private DockerRegistry(Process process, TempFolder folder, string host) => (this.process, this.folder, Host) = (process, folder, host);

    /// <summary>127.0.0.1:port</summary>
    public string Host { get; }

    /// <summary>Ends the test as inconclusive where docker-registry is not installed.</summary>
    public static async Task<DockerRegistry> StartAsync(bool withPassword = false)
    {
        var folder = new TempFolder();
        var auth = withPassword ? $"auth: {{htpasswd: {{realm: test, path: {folder.Write("htpasswd", Htpasswd)}}}}}\n" : "";
        var config = folder.Write("config.yml", $$"""
            version: 0.1
            log: {level: info}
            storage:
              filesystem: { rootdirectory: {{folder.At("data")}} }
              delete: { enabled: true }
            http: {addr: "127.0.0.1:0"}
            {{auth}}
            """);
        var process = new Process { StartInfo = new("docker-registry", ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true } };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
                listening.TrySetResult(match.Groups[1].Value);
            if (line.Data is null)
                listening.TrySetException(new InvalidOperationException("docker-registry ended"));
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            folder.Dispose();
            Assert.Inconclusive("skipped: docker-registry is not installed");
        }
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new(process, folder, await listening.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }

    [GeneratedRegex("listening on (127\\.0\\.0\\.1:[0-9]+)")]
    private static partial Regex Listening();
}
