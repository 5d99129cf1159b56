namespace Bench;

/// <summary>engine-hello: `dotnet build samples/Hello -t:Kontrakt` on an engine that has to be started, and on one that runs, against the same on the cluster.</summary>
internal static class EngineHelloBenchmark
{
    public static async Task RunAsync()
    {
        var folder = Setting.Temporary();
        try
        {
            await Paired.RunAsync("engine-hello, cold engine", "below 1", pairs: 3,
                ("-t:Kontrakt on Hello, the engine started by it", async () =>
                {
                    await StopAsync(folder);
                    return await BuildAsync(OnEngine(folder));
                }
            ),
                ("the same on the cluster", () => BuildAsync(Setting.ProcessEnvironment)));
            await Paired.RunAsync("engine-hello, warm engine", "below 1; under 10 s", pairs: 5,
                ("-t:Kontrakt on Hello, on the engine that runs", () => BuildAsync(OnEngine(folder))),
                ("the same on the cluster", () => BuildAsync(Setting.ProcessEnvironment)));
        }
        finally
        {
            await StopAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<TimeSpan> BuildAsync((string, string)[] environment) =>
        Paired.CommandAsync("dotnet", ["build", Setting.Hello, "-t:Kontrakt", "-p:KontraktForce=true", "-v:q"], Setting.Root, environment);

    private static Task<TimeSpan> StopAsync(string folder) => Paired.CommandAsync("dotnet", [Engines.Program, "engine", "stop", "--engine-directory", folder]);

    private static (string, string)[] OnEngine(string folder) =>
        [("KUBECONFIG", ""), ("KontraktKubeContext", "kontrakt-engine"), ("KO_DOCKER_REPO", ""), ("KontraktEngineDirectory", folder), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1")];
}
