using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Kontrakt.Oci.Registry;

/// <summary>Runs "docker-credential-NAME get" (github.com/docker/docker-credential-helpers): the server on standard input, JSON on standard output.</summary>
internal static class CredentialHelper
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Null when the helper knows no credentials for the server.</summary>
    public static async Task<RegistryLogin?> GetAsync(string name, string registry, string server, CancellationToken cancellationToken)
    {
        var program = "docker-credential-" + name;
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw Failed(registry, $"the docker config names a credential helper '{name}', which is not a program name");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var (exitCode, output) = await RunAsync(program, server, registry, limit.Token, cancellationToken);
        if (exitCode != 0)
        {
            // The protocol's own words for "nothing here", which every helper prints to standard output.
            return output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
                ? null
                : throw Failed(registry, $"the credential helper '{program}' failed (exit code {exitCode}); run 'echo {server} | {program} get' to see why");
        }
        return Read(output, program, registry);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string server, string registry, CancellationToken limit, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new(program, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw Failed(registry, $"the docker config names the credential helper '{program}', which cannot be started: {missing.Message}", missing);
        }
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit);
            var errors = process.StandardError.ReadToEndAsync(limit);
            await WriteAsync(process.StandardInput, server, limit);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(limit));
            return (process.ExitCode, await output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(registry, $"the credential helper '{program}' did not answer within {Limit.TotalSeconds:0} s");
        }
    }

    private static async Task WriteAsync(StreamWriter input, string server, CancellationToken limit)
    {
        try
        {
            await input.WriteLineAsync(server.AsMemory(), limit);
            input.Close();
        }
        catch (IOException)
        {
            // A helper may end without reading; its exit code and output say what it thinks.
        }
    }

    /// <summary>The user name "&lt;token&gt;" says that the secret is an identity token.</summary>
    private static RegistryLogin Read(string output, string program, string registry)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var user = json.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = json.RootElement.GetProperty("Secret").GetString() ?? "";
            return user == "<token>" ? new() { IdentityToken = secret } : new() { User = user, Password = secret };
        }
        catch (Exception unexpected) when (unexpected is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The output may hold a secret: neither it nor what the parser says of it is repeated.
            throw Failed(registry, $"the credential helper '{program}' printed something that is not {{\"Username\":…,\"Secret\":…}}");
        }
    }

    private static RegistryException Failed(string registry, string why, Exception? inner = null) => new(RegistryFault.Credentials, registry, why, inner: inner);
}
