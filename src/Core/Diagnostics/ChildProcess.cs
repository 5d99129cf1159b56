using System.Diagnostics;

namespace Kontrakt.Diagnostics;

/// <summary>A program that this one has started.</summary>
internal static class ChildProcess
{
    /// <summary>Gives it no input, and takes what it prints until it ends. One that is cancelled is killed with all that it started.</summary>
    /// <param name="process">With its input, output and error redirected.</param>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
