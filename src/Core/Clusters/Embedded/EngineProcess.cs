using System.ComponentModel;
using System.Diagnostics;
using Kontrakt.Diagnostics;

namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// Starts the engine's process: in a session of its own, so that Ctrl+C in the terminal of a build is not meant for it; as the first process of
/// a PID namespace, so that its pods end with it, however it ends; with mounts of its own, so that none is left. Who is not root becomes it in a
/// user namespace.
/// </summary>
internal static class EngineProcess
{
    /// <summary>What the engine may know of this process's environment. It outlives the build, and a build's environment has secrets.</summary>
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "DOTNET_ROOT", "DOCKER_CONFIG",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    /// <summary>Returns when the engine answers.</summary>
    /// <exception cref="KontraktException">KTR6001, with what the engine said of the reason.</exception>
    public static async Task StartAsync(EngineFolder folder, string program, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!File.Exists(program))
            throw Ktr.EngineFailed.Error(null, $"its program '{program}' is not there");
        using var process = Start(Command(folder, program));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        // Standard error is read along: who writes into a full pipe stops.
        var complaint = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            var said = await process.StandardOutput.ReadLineAsync(timeout.Token);
            if (said != "ready")
                throw Ktr.EngineFailed.Error(null, Reason(said, await complaint, folder));
        }
        catch (OperationCanceledException)
        {
            // unshare takes its child along.
            process.Kill();
            cancellationToken.ThrowIfCancellationRequested();
            throw Ktr.EngineFailed.Error(null, $"it was not ready within {limit.TotalSeconds:0} s; see its log '{folder.Log}'");
        }
    }

    public static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Waits for the end of a process, or for the limit.</summary>
    public static async Task WaitForEndAsync(int pid, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit is over; the caller goes on.
        }
    }

    /// <summary>Kills a process that may have ended already.</summary>
    public static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static Process Start(ProcessStartInfo command)
    {
        try
        {
            return Process.Start(command) ?? throw new Win32Exception("nothing was started");
        }
        catch (Win32Exception e)
        {
            throw Ktr.EngineFailed.Error(e, null, $"'{command.FileName}' cannot be run: {e.Message}");
        }
    }

    private static ProcessStartInfo Command(EngineFolder folder, string program)
    {
        var command = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // $0 onwards are arguments, not text of the script. setsid and unshare keep the shell's process id, by which the engine is known outside.
        command.ArgumentList.Add("-c");
        command.ArgumentList.Add("export KONTRAKT_ENGINE_PID=$$; exec setsid unshare \"$@\"");
        command.ArgumentList.Add("kontrakt");
        string[] arguments = [.. Namespaces(), "--", DotnetHost.Path, program, "engine", "serve", "--engine-directory", folder.Path];
        foreach (var argument in arguments)
            command.ArgumentList.Add(argument);
        var environment = Inherited.Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(each => !string.IsNullOrEmpty(each.Item2)).ToList();
        command.Environment.Clear();
        foreach (var (name, value) in environment)
            command.Environment[name] = value;
        return command;
    }

    private static string[] Namespaces()
    {
        string[] own = ["--mount", "--propagation=private", "--pid", "--fork", "--kill-child", "--mount-proc"];
        return Environment.IsPrivilegedProcess ? own : ["--user", "--map-root-user", .. SubordinateIds.AreThere() ? ["--map-auto"] : Array.Empty<string>(), .. own];
    }

    private static string Reason(string? said, string complaint, EngineFolder folder)
    {
        var text = string.Join(' ', new[] { said, complaint }.Select(each => each?.Trim()).Where(each => !string.IsNullOrEmpty(each)));
        return text.Length == 0
            ? $"it ended without a word; see its log '{folder.Log}'"
            : text.Contains("unshare", StringComparison.Ordinal)
                ? $"this machine allows no namespaces ({text})"
                : text;
    }
}
