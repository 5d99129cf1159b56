using Kontrakt.Engine.Pods.Sandboxes;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>exec, of probes and of hooks.</summary>
internal static class ExecAction
{
    private const int MostOutput = 10 * 1024;

    public static async Task<ProbeOutcome> RunAsync(ContainerProcess process, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var output = new CappedStream(MostOutput);
        try
        {
            var code = await process.ExecAsync(new() { Arguments = command, Output = output, Error = output }, cancellationToken);
            return code == 0 ? ProbeOutcome.Passed : new(false, output.Text);
        }
        catch (ContainerStartException e)
        {
            return new(false, e.Message, Errored: true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(false, $"command \"{string.Join(' ', command)}\" timed out");
        }
    }
}
