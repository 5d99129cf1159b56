using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Kontrakt.Testing;

/// <summary>
/// The tests that a project has for the platform besides its kontrakts: a program of their own. 'dotnet test' starts one program for a project, so the
/// runner starts that one first, with the same arguments, and both tell dotnet test of their tests as parts of one execution.
/// </summary>
internal sealed partial class OwnTests
{
    /// <summary>By it dotnet test knows that two processes belong together: the platform takes it from its parent where it exists.</summary>
    private const string ExecutionId = "TESTINGPLATFORM_DOTNETTEST_EXECUTIONID";

    private readonly string _command;
    private readonly string _arguments;

    private OwnTests(string command, string arguments) => (_command, _arguments) = (command, arguments);

    /// <summary>Null where there are none.</summary>
    public static OwnTests? Of(ProjectSettings project) => project.OwnCommand is { Length: > 0 } command ? new(command, project.OwnArguments) : null;

    /// <summary>Whether kontrakts run after tests that ended so: what was cancelled, or was given wrong options, has ended as a whole.</summary>
    public static bool GoesOn(int exitCode) => exitCode is not (PlatformExitCode.Aborted or PlatformExitCode.InvalidCommandLine or PlatformExitCode.Interrupted or PlatformExitCode.Terminated);

    /// <summary>Runs them; their exit code.</summary>
    /// <param name="arguments">Those of 'dotnet test'.</param>
    /// <param name="cancellationToken">Cancelled, they are ended at once: they hold nothing that has to be deleted.</param>
    public async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ExecutionId)))
            Environment.SetEnvironmentVariable(ExecutionId, Guid.NewGuid().ToString("N"));
        var interrupted = false;
        // They have it, too, and say how they ended.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = interrupted = true);
        using var process = new Process { StartInfo = new(_command, [.. Split(_arguments), .. arguments]) };
        process.Start();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return PlatformExitCode.Aborted;
        }
        return interrupted ? PlatformExitCode.Aborted : process.ExitCode;
    }

    /// <summary>A command line as MSBuild has it in RunArguments: parts between spaces, or between quotes.</summary>
    private static IEnumerable<string> Split(string arguments) => Part().Matches(arguments).Select(part => part.Value.Replace("\"", "", StringComparison.Ordinal));

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""")]
    private static partial Regex Part();
}
