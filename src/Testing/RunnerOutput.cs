using Microsoft.Testing.Platform.Extensions.OutputDevice;
using Microsoft.Testing.Platform.OutputDevice;
using Microsoft.Testing.Platform.Services;

namespace Kontrakt.Testing;

/// <summary>What the runner says that is not of one node.</summary>
internal sealed class RunnerOutput(IServiceProvider services) : IOutputDeviceDataProducer
{
    public string Uid => "kontrakt-output";

    public string Version => ThisAssembly.Version;

    public string DisplayName => "Kontrakt";

    public string Description => "What the runner says that is not of one test.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        if (!await TellDotnetTestAsync(text))
            await services.GetOutputDevice().DisplayAsync(this, new TextOutputDeviceData(text), cancellationToken);
    }

    /// <summary>
    /// Under 'dotnet test' the platform shows nothing that goes to its output device, and dotnet test shows what the process wrote to standard error where it did not end with 0.
    /// </summary>
    /// <returns>Whether this is 'dotnet test'.</returns>
    public async Task<bool> TellDotnetTestAsync(string text)
    {
        if (!services.GetCommandLineOptions().TryGetOptionArgumentList("server", out var arguments) || arguments is not ["dotnettestcli", ..])
            return false;
        await Console.Error.WriteLineAsync(text);
        return true;
    }
}
