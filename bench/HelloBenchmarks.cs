namespace Bench;

/// <summary>
/// build-unchanged: nothing changed, `dotnet build samples/Hello -t:KontraktBuild` against the plain no-op `dotnet build samples/Hello`.
/// cached: nothing changed, so that every verdict stands: `-t:Kontrakt` on the cluster, against the same no-op build.
/// hello: `dotnet build samples/Hello -t:Kontrakt` against by-hand/hello.sh, which does the same with the usual commands.
/// </summary>
internal static class HelloBenchmarks
{
    public static Task BuildUnchangedAsync() => Paired.RunAsync("build-unchanged", "at most 1.3", pairs: 9,
        ("dotnet build -t:KontraktBuild, nothing changed", () => BuildAsync("-t:KontraktBuild")),
        ("dotnet build, nothing changed", () => BuildAsync()));

    public static Task CachedAsync() => Paired.RunAsync("cached", "at most 1.3", pairs: 9,
        ("dotnet build -t:Kontrakt, every verdict kept", () => BuildAsync("-t:Kontrakt")),
        ("dotnet build, nothing changed", () => BuildAsync()));

    public static async Task HelloAsync()
    {
        // Both stand on the same base image.
        var baseImage = (await Paired.OutputAsync("dotnet", ["build", Setting.Hello, "-t:KontraktHostBaseImage", "-getProperty:_KontraktHostBaseReference"],
            Setting.Root, Setting.ProcessEnvironment)).Trim();
        await Paired.RunAsync("hello", "at most 0.8", pairs: 5,
            ("dotnet build samples/Hello -t:Kontrakt", () => BuildAsync("-t:Kontrakt", "-p:KontraktForce=true")),
            ("by-hand/hello.sh", () => Paired.CommandAsync(Path.Combine(Setting.Root, "bench", "by-hand", "hello.sh"),
                [Setting.Hello, Setting.Registry, baseImage], null, Setting.ProcessEnvironment)));
    }

    private static Task<TimeSpan> BuildAsync(params string[] arguments) =>
        Paired.CommandAsync("dotnet", ["build", Setting.Hello, "-v:q", .. arguments], Setting.Root, Setting.ProcessEnvironment);
}
