using System.ComponentModel;
using System.Diagnostics;
using Kontrakt.Diagnostics;

namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// Starts the engine's process: in a session of its own, so that Ctrl+C in the terminal of a build does not reach it; as the first process of
/// a PID namespace, so that its pods end with it, however it ends; with mounts of its own, so that none is left. Who is not root becomes it in a
/// user namespace.
/// </summary>
internal static class EngineProcess
{
    /// <summary>What the engine may know about this process's environment. It outlives the build, and a build's environment has secrets.</summary>
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "DOTNET_ROOT", "DOCKER_CONFIG",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    private static readonly string[] Own = ["--mount", "--propagation=private", "--pid", "--fork", "--kill-child"];
    private static readonly string[] OneUser = ["--user", "--map-root-user", .. Own];

    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(15);

    /// <summary>Those that complain where namespaces are forbidden.</summary>
    private static readonly string[] NamespacePrograms = ["unshare:", "newuidmap", "newgidmap", "mount:"];

    /// <summary>What the shell, and setsid, say of a program that does not exist.</summary>
    private static readonly string[] Missing = ["not found", "failed to execute"];

    /// <summary>
    /// The caller's shell may have left files open (the lock of flock(1), the job server of make): they are not for a process that stays. The rest
    /// are arguments, not text of the script. A session of its own, and the namespaces.
    /// </summary>
    private const string Outer = "for each in 3 4 5 6 7 8 9; do eval \"exec $each>&-\"; done; exec setsid unshare \"$@\"";

    /// <summary>As long as /proc is that of the caller's PID namespace, it tells the number by which the engine is known outside.</summary>
    private const string Inner = "read -r KONTRAKT_ENGINE_PID rest </proc/self/stat; export KONTRAKT_ENGINE_PID; mount -t proc proc /proc && exec \"$@\"";

    /// <summary>What the engine's command line ends with, by which its process is known.</summary>
    public static string[] Arguments(string directory) => ["engine", "serve", "--engine-directory", directory];

    /// <summary>Returns when the engine answers.</summary>
    /// <exception cref="KontraktException">KTR6001, with what the engine reported of the reason.</exception>
    public static async Task StartAsync(EngineFolder folder, string program, TimeSpan limit, IRunLog log, CancellationToken cancellationToken)
    {
        if (!File.Exists(program))
            throw Ktr.EngineFailed.Error(null, $"its program '{program}' does not exist");
        string[] engine = [DotnetHost.Path, program, .. Arguments(folder.Path)];
        if (await TryAllAsync(engine, $"; see its log '{folder.Log}'", limit, log, cancellationToken) is { } refusal)
            throw Ktr.EngineFailed.Error(null, refusal);
    }

    /// <summary>Makes the namespaces that the engine needs, for a moment, and nothing in them.</summary>
    /// <returns>Why it gets none; null where it does.</returns>
    /// <exception cref="KontraktException">KTR6001: another reason for which no engine could start.</exception>
    public static Task<string?> WhyNoNamespacesAsync(IRunLog log, CancellationToken cancellationToken) => TryAllAsync(["echo", "ready"], "", ProbeLimit, log, cancellationToken);

    /// <returns>Why it got no namespaces; null where it is ready.</returns>
    private static async Task<string?> TryAllAsync(string[] inside, string seeLog, TimeSpan limit, IRunLog log, CancellationToken cancellationToken)
    {
        var refusal = "";
        foreach (var namespaces in Namespaces())
        {
            if (await TryAsync(Command(inside, namespaces), seeLog, limit, log, cancellationToken) is not { } refused)
                return null;
            refusal = refused;
        }
        return $"this machine allows no namespaces to this user ({refusal}){UserNamespaces.Advice("/proc/sys")}";
    }

    /// <returns>Why it got no namespaces; null where it is ready.</returns>
    private static async Task<string?> TryAsync(ProcessStartInfo command, string seeLog, TimeSpan limit, IRunLog log, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        var (id, clock) = (process.Id, Stopwatch.StartNew());
        using var reminder = TimeProvider.System.CreateTimer(
            _ => log.Report(new RunEvent.Progress($"embedded engine: not ready after {clock.Elapsed.TotalSeconds:0} s; process {id} is still starting it")), null, Reminder, Reminder);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        // Standard error is read along: who writes into a full pipe stops.
        var complaint = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            var said = await process.StandardOutput.ReadLineAsync(timeout.Token);
            if (said == "ready")
                return null;
            var reason = OneLine(said, await complaint);
            if (said is null && Missing.Any(each => reason.Contains(each, StringComparison.Ordinal)))
                throw Ktr.EngineFailed.Error(null, $"a program of util-linux is missing ({reason})");
            if (said is null && NamespacePrograms.Any(each => reason.Contains(each, StringComparison.Ordinal)))
                return reason;
            throw Ktr.EngineFailed.Error(null, reason.Length == 0 ? $"it ended without a word{seeLog}" : reason);
        }
        catch (OperationCanceledException)
        {
            // unshare takes its child along.
            process.Kill();
            cancellationToken.ThrowIfCancellationRequested();
            throw Ktr.EngineFailed.Error(null, $"it was not ready within {limit.TotalSeconds:0} s{seeLog}");
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

    private static ProcessStartInfo Command(string[] inside, string[] namespaces)
    {
        string[] arguments = ["-c", Outer, "kontrakt", .. namespaces, "--", "/bin/sh", "-c", Inner, "kontrakt", .. inside];
        var command = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var environment = Inherited.Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(each => !string.IsNullOrEmpty(each.Item2)).ToList();
        command.Environment.Clear();
        foreach (var (name, value) in environment)
            command.Environment[name] = value;
        // Debuggers' pipes are in the folder for temporary files, and a process that is killed leaves them there.
        command.Environment["DOTNET_EnableDiagnostics"] = "0";
        return command;
    }

    /// <summary>
    /// What is to be tried, in this order. Root may be one without the rights of root, and ids may be granted that unshare (before util-linux 2.38)
    /// or newuidmap (in many containers) cannot take.
    /// </summary>
    private static string[][] Namespaces() =>
        Environment.IsPrivilegedProcess ? [Own, OneUser] : SubordinateIds.AreThere() ? [["--map-auto", .. OneUser], OneUser] : [OneUser];

    private static string OneLine(string? said, string complaint) =>
        string.Join(' ', $"{said} {complaint}".Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
