using System.Diagnostics;

namespace Engine.Tests.Kubectl;

/// <summary>An engine as its users start it, by the tool, in a folder of its own.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string folder;

    private TestEngine(string folder) => this.folder = folder;

    public string KubeConfig => Path.Combine(folder, "kubeconfig");

    /// <summary>What the engine itself says, for failures.</summary>
    public string Log => File.Exists(Path.Combine(folder, "engine.log")) ? File.ReadAllText(Path.Combine(folder, "engine.log")) : "it has no log";

    /// <summary>Ends the test as inconclusive where the machine allows no engine.</summary>
    public static async Task<TestEngine> StartAsync()
    {
        var engine = new TestEngine(Directory.CreateTempSubdirectory("kontrakt-engine-").FullName);
        var (exitCode, output) = await engine.RunAsync("start");
        if (exitCode == 0)
            return engine;
        await engine.DisposeAsync();
        if (output.Contains("allows no namespaces", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {output}");
        throw new InvalidOperationException($"the engine did not start: {output}");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop");
        Directory.Delete(folder, recursive: true);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string verb)
    {
        var command = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Tool(), "engine", verb, "--engine-directory", folder])
            command.ArgumentList.Add(argument);
        using var process = Process.Start(command)!;
        using var limit = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Built before these tests are: their project file says so.</summary>
    private static string Tool()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (here.Name, here.Parent!.Name);
        var root = here;
        while (!File.Exists(Path.Combine(root.FullName, "Kontrakt.MSBuild.sln")))
            root = root.Parent ?? throw new InvalidOperationException("these tests run inside the repository");
        return Path.Combine(root.FullName, "src", "Tool", "bin", configuration, framework, "kontrakt.dll");
    }
}
