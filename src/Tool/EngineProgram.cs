using System.Globalization;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Engine.Hosting;

namespace Kontrakt.Tool;

/// <summary>
/// The embedded engine itself, in the namespaces that <see cref="EngineLauncher"/> made for it. It is not a verb: nobody types it, and a command line
/// of all verbs would be a good part of what its start takes.
/// </summary>
internal static class EngineProgram
{
    private static readonly string[] RegistryTools = ["skopeo", "podman", "buildah"];

    /// <summary>The engine's folder, where these are the arguments that <see cref="EngineLauncher"/> gives; else null.</summary>
    public static string? DirectoryOf(IReadOnlyList<string> args) => args is ["engine", "serve", "--engine-directory", var directory] ? directory : null;

    /// <summary>Prints "ready", or why it cannot be, as its only line. Returns when the engine has ended: idle, asked to, or by a signal.</summary>
    public static async Task<int> RunAsync(string directory, TextWriter output, Func<string, string?> environment)
    {
        using var interruption = new Interruption(_ => { }, CancellationToken.None);
        var folder = new EngineFolder(directory);
        var options = new EngineOptions
        {
            Directory = folder.Path,
            Handshake = folder.Handshake,
            Log = folder.Log,
            Version = EngineFolder.Version,
            RegistriesDirectory = RegistriesDirectory(environment),
            ProcessId = int.TryParse(environment("KONTRAKT_ENGINE_PID"), CultureInfo.InvariantCulture, out var pid) ? pid : Environment.ProcessId,
        };
        var ran = await EngineHost.RunAsync(options, output.WriteLine, interruption.Token);
        return interruption.Token.IsCancellationRequested ? interruption.ExitCode : ran ? ExitCode.Passed : ExitCode.Failed;
    }

    /// <summary>Where one of the tools is installed that read such files (containers-registries.conf.d(5)); they look below HOME, and nowhere else.</summary>
    private static string? RegistriesDirectory(Func<string, string?> environment)
    {
        var paths = (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var isUseful = RegistryTools.Any(tool => paths.Any(path => File.Exists(Path.Combine(path, tool))));
        return isUseful && environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "containers", "registries.conf.d") : null;
    }
}
