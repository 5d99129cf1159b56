using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Git;

namespace Kontrakt.Manifests.Rendering;

/// <summary>Programs of the machine that print manifests.</summary>
/// <param name="Path">Where they are looked for: the variable PATH.</param>
/// <param name="Limit">The time that one may take.</param>
internal sealed record RendererPrograms(string Path, TimeSpan Limit)
{
    /// <summary>Beyond what fetching a remote base may take.</summary>
    public static RendererPrograms OfThisMachine => new(Environment.GetEnvironmentVariable("PATH") ?? "", TimeSpan.FromMinutes(5));

    /// <summary>Runs a program in a folder to its end; null where there is no such program.</summary>
    /// <param name="without">Variables that it does not get.</param>
    public async Task<RendererOutput?> RunAsync(string program, IEnumerable<string> arguments, string directory, IEnumerable<string> without, CancellationToken cancellationToken)
    {
        if (Find(program) is not { } file)
            return null;
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = directory,
        };
        // It fetches bases from elsewhere with git, which in a hook would take this repository for that one.
        GitCommand.Detach(start.Environment);
        foreach (var name in without)
            start.Environment.Remove(name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var process = Process.Start(start) ?? throw new Win32Exception("it does not start");
            var (exitCode, output, error) = await ChildProcess.EndAsync(process, limit.Token);
            return new(exitCode, output, error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(-1, "", $"it did not end within {Limit.TotalSeconds:0} s");
        }
        catch (Win32Exception fault)
        {
            return new(-1, "", fault.Message);
        }
    }

    /// <summary>By the path alone: what is called like it in the current folder is somebody else's.</summary>
    private string? Find(string program) =>
        (from folder in Path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)
         where File.Exists(file)
         select file).FirstOrDefault();
}

/// <summary>How a program ended, and what it printed.</summary>
/// <param name="ExitCode">0: the output is what was asked for.</param>
internal sealed record RendererOutput(int ExitCode, string Text, string Error)
{
    /// <summary>Why it failed: without warnings, such as kubectl's of fields that are deprecated, and without advice. All that was reported, where it is nothing else.</summary>
    public string Cause
    {
        get
        {
            var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var causes = lines.Where(line => !Noise.Any(noise => line.StartsWith(noise, StringComparison.Ordinal))).ToList();
            var text = string.Join('\n', causes.Count > 0 ? causes : [.. lines]).TrimEnd('.');
            return text.Length > 0 ? text : $"it ended with exit code {ExitCode} and without a word";
        }
    }

    private static string[] Noise { get; } = ["# Warning:", "Warning:", "level=", "Use --debug flag"];
}
