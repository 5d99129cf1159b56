using System.ComponentModel;
using System.Diagnostics;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Sdk;

/// <summary>"dotnet build" in a process of its own, whose output is read line by line.</summary>
public static class DotnetBuild
{
    // Nodes that outlive the build would keep its output open. Without a summary every error comes once.
    private static readonly string[] Switches = ["-nologo", "-verbosity:minimal", "-consoleLoggerParameters:NoSummary", "-tl:off", "-nodeReuse:false"];

    /// <summary>Its exit code. Cancelling ends it with all that it started.</summary>
    /// <param name="arguments">Beside those that make its output readable.</param>
    /// <param name="onLine">Gets each line, of both streams; from several threads.</param>
    /// <exception cref="Win32Exception">The dotnet command cannot be started.</exception>
    public static async Task<int> RunAsync(string project, IEnumerable<string> arguments, string? workDirectory, Action<string> onLine, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new(DotnetHost.Path, ["build", project, .. Switches, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = workDirectory,
            },
        };
        process.OutputDataReceived += (_, data) => onLine(data.Data ?? "");
        process.ErrorDataReceived += (_, data) => onLine(data.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode;
    }

    /// <summary>A global property on the command line, whatever characters its value has.</summary>
    public static string Property(string name, string value) => Property(name, [value]);

    /// <summary>A global property that is a list.</summary>
    public static string Property(string name, IEnumerable<string> values) => $"-property:{name}=\"{string.Join(';', values.Select(Escape))}\"";

    /// <summary>Characters that MSBuild would treat as more than text.</summary>
    private static string Escape(string text) =>
        string.Concat(text.Select(character => "%*?@$();',\"\\".Contains(character) ? $"%{(int)character:X2}" : character.ToString()));
}
