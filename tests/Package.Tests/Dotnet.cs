using System.Diagnostics;

namespace Package.Tests;

/// <summary>How a command of dotnet ended.</summary>
/// <param name="Log">Its output, for assertions and for their messages.</param>
internal sealed record DotnetResult(int ExitCode, string Log)
{
    public int Count(string text) => Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    public DotnetResult Succeeds()
    {
        Assert.AreEqual(0, ExitCode, Log);
        return this;
    }

    public DotnetResult Fails()
    {
        Assert.AreNotEqual(0, ExitCode, Log);
        return this;
    }

    public DotnetResult Says(string text)
    {
        StringAssert.Contains(Log, text);
        return this;
    }

    public DotnetResult DoesNotSay(string text)
    {
        Assert.DoesNotContain(text, Log);
        return this;
    }
}

internal static class Dotnet
{
    /// <summary>What the machine or CI has set would decide what these builds do; what the test's own dotnet has set would mix two MSBuilds.</summary>
    private static readonly string[] Removed = ["KO_DOCKER_REPO", "SOURCE_REFERENCE", "KUBECONFIG", "CI"];

    public static async Task<DotnetResult> RunAsync(string directory, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(directory, environment, arguments);
        return await EndAsync(process, $"dotnet {string.Join(' ', arguments)}", cancellationToken);
    }

    /// <summary>Lines for a shell, as they are typed; the first that fails ends them.</summary>
    /// <param name="environment">Null takes a variable away.</param>
    public static async Task<DotnetResult> ShellAsync(string directory, IReadOnlyDictionary<string, string?> environment, string lines, CancellationToken cancellationToken)
    {
        var removed = environment.Where(each => each.Value is null).Select(each => each.Key).ToList();
        using var process = Start(directory, environment.Where(each => each.Value is not null).ToDictionary(each => each.Key, each => each.Value!), ["-eu", "-c", $"unset -v {string.Join(' ', removed)} NONE\n{lines}"], "/bin/sh");
        return await EndAsync(process, lines, cancellationToken);
    }

    /// <summary>The same, but killed (SIGKILL) as soon as it has said something; its output so far.</summary>
    public static async Task<string> KillAtAsync(string directory, IReadOnlyDictionary<string, string> environment, string text, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(directory, environment, arguments);
        try
        {
            var log = $"> dotnet {string.Join(' ', arguments)}\n";
            while (!log.Contains(text, StringComparison.Ordinal))
            {
                var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
                Assert.IsNotNull(line, $"never said '{text}': {log}");
                log += line + "\n";
            }
            return log;
        }
        finally
        {
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>The same in a process group of its own, which gets a signal, such as INT, as soon as it is ready for it.</summary>
    /// <param name="wholeGroup">False: only the command itself gets it.</param>
    public static async Task<DotnetResult> SignalAsync(string directory, IReadOnlyDictionary<string, string> environment, string signal, bool wholeGroup, Func<CancellationToken, Task<bool>> isReady,
        CancellationToken cancellationToken, params string[] arguments)
    {
        // What runs in the background of a shell has SIGINT ignored, and so has what it starts.
        using var process = Start(directory, environment, ["env", "--default-signal=INT", "dotnet", .. arguments], "setsid");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            while (!process.HasExited && !await isReady(cancellationToken))
                await Task.Delay(200, cancellationToken);
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {(wholeGroup ? "-" : "")}{process.Id}"]);
            await process.WaitForExitAsync(cancellationToken);
            // What it started may outlive it, and still write into the folder.
            while (HasGroup(process.Id))
                await Task.Delay(100, cancellationToken);
            return new(process.ExitCode, $"> dotnet {string.Join(' ', arguments)}\n{await output}{await errors}");
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>Whether a process of the group still runs: state and process group of proc(5), behind the name in parentheses.</summary>
    private static bool HasGroup(int group)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    var stat = File.ReadAllText($"/proc/{process.Id}/stat");
                    if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not ("Z" or "X"), _, var own, ..] && own == $"{group}")
                        return true;
                }
                catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
                {
                    continue;
                }
            }
        }
        return false;
    }

    private static Process Start(string directory, IReadOnlyDictionary<string, string> environment, string[] arguments, string command = "dotnet")
    {
        var start = new ProcessStartInfo(command, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(IsRemoved).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<DotnetResult> EndAsync(Process process, string typed, CancellationToken cancellationToken)
    {
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, $"> {typed}\n{await output}{await errors}");
        }
        finally
        {
            Kill(process);
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    private static bool IsRemoved(string name) => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Kontrakt", StringComparison.OrdinalIgnoreCase)
        || Removed.Contains(name);
}
