using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Kontrakt.Tests;

/// <summary>What a process left behind: exit code and text.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string Log => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Error}";
}

/// <summary>A process with nothing of this one's environment but what any process needs.</summary>
internal sealed partial class ToolProcess
{
    // Two builds of one project in one folder would be in each other's way.
    private static readonly SemaphoreSlim Building = new(1);

    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "DOTNET_CLI_HOME", "NUGET_PACKAGES", "NUGET_FALLBACK_PACKAGES", "TMPDIR", "LANG"];

    private readonly Process _process;
    private readonly Action<ToolProcess, string>? _seen;
    private int _builds = 1;

    private ToolProcess(Process process, Action<ToolProcess, string>? seen) => (_process, _seen) = (process, seen);

    /// <summary>The kontrakt command in a process of its own.</summary>
    /// <param name="seen">Told each line of the log as it comes.</param>
    public static Task<Outcome> KontraktAsync(string directory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken,
        Action<ToolProcess, string>? seen = null) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "kontrakt.dll"), .. arguments], directory, environment, cancellationToken, seen);

    /// <summary>Any command so. Until it ends, or says that its images are built, no other one begins.</summary>
    public static async Task<Outcome> RunAsync(string command, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken, Action<ToolProcess, string>? seen = null)
    {
        // What runs in the background of a shell has SIGINT ignored, and so has what it starts.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", command, .. arguments]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var name in Inherited)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        await Building.WaitAsync(cancellationToken);
        var tool = new ToolProcess(new Process { StartInfo = start }, seen);
        try
        {
            return await tool.RunAsync(cancellationToken);
        }
        finally
        {
            tool.HasBuilt();
            tool._process.Dispose();
        }
    }

    /// <summary>Sends a signal, such as 2 (SIGINT) or 15 (SIGTERM).</summary>
    public void Signal(int signal) => Assert.AreEqual(0, Kill(_process.Id, signal), "kill(2) failed");

    private async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        _process.Start();
        await using var end = cancellationToken.Register(() => _process.Kill(entireProcessTree: true));
        var output = ReadAsync(_process.StandardOutput);
        var error = ReadAsync(_process.StandardError);
        await _process.WaitForExitAsync(CancellationToken.None);
        return new(_process.ExitCode, await output, await error);
    }

    private async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            text.Append(line).Append('\n');
            if (line.StartsWith("images: ", StringComparison.Ordinal) || line.Contains("waiting for changes", StringComparison.Ordinal))
                HasBuilt();
            _seen?.Invoke(this, line);
        }
        return text.ToString();
    }

    private void HasBuilt()
    {
        if (Interlocked.Exchange(ref _builds, 0) == 1)
            Building.Release();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
