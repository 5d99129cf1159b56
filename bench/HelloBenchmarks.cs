namespace Bench;

/// <summary>
/// build-unchanged: nothing changed, `dotnet build -t:KontraktBuild` against the plain no-op `dotnet build`, of Hello as a repository of its own (<see cref="Installed"/>).
/// cached: nothing changed, so that every verdict stands: `-t:Kontrakt` on the cluster, against the same no-op build.
/// hello: `dotnet build samples/Hello -t:Kontrakt` against by-hand/hello.sh, which does the same with the usual commands.
/// </summary>
internal static class HelloBenchmarks
{
    public static Task BuildUnchangedAsync() => UnchangedAsync("build-unchanged", "KontraktBuild", "nothing changed");

    public static Task CachedAsync() => UnchangedAsync("cached", "Kontrakt", "every verdict kept");

    private static async Task UnchangedAsync(string name, string target, string what)
    {
        var folder = Installed.Hello();
        try
        {
            await BuildAsync(folder);
            await Paired.RunAsync(name, "at most 1.3", pairs: 9,
                ($"dotnet build -t:{target}, {what}", () => BuildAsync(folder, $"-t:{target}")),
                ("dotnet build, nothing changed", () => BuildAsync(folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task HelloAsync()
    {
        // Both stand on the same base image.
        var baseImage = (await Paired.OutputAsync("dotnet", ["build", Setting.Hello, "-t:KontraktHostBaseImage", "-getProperty:_KontraktHostBaseReference"],
            Setting.Root, Setting.ProcessEnvironment)).Trim();
        await Paired.RunAsync("hello", "at most 0.8", pairs: 5,
            ("dotnet build samples/Hello -t:Kontrakt", () => BuildAsync(Setting.Hello, "-t:Kontrakt", "-p:KontraktForce=true")),
            ("by-hand/hello.sh", () => Paired.CommandAsync(Path.Combine(Setting.Root, "bench", "by-hand", "hello.sh"),
                [Setting.Hello, Setting.Registry, baseImage], null, Setting.ProcessEnvironment)));
    }

    private static Task<TimeSpan> BuildAsync(string project, params string[] arguments) =>
        Paired.CommandAsync("dotnet", ["build", project, "-v:q", .. arguments], Setting.Root, [.. Setting.ProcessEnvironment, ("SOURCE_REFERENCE", "bench")]);
}
