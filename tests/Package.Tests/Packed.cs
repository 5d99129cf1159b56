namespace Package.Tests;

/// <summary>The packages, packed once for all tests: a feed of its own, a version of its own, a package cache of its own.</summary>
[TestClass]
public static class Packed
{
    private static string folder = "";

    public static string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}"[..24];

    public static string Feed => Path.Combine(folder, "feed");

    public static string PackageCache => Path.Combine(folder, "packages");

    public static string Templates => Path.Combine(Feed, $"Kontrakt.Templates.{Version}.nupkg");

    public static string File => Path.Combine(Feed, $"Kontrakt.MSBuild.{Version}.nupkg");

    [AssemblyInitialize]
    public static async Task Pack(TestContext context)
    {
        folder = Directory.CreateTempSubdirectory("package-tests-").FullName;
        foreach (var project in new[] { "src/Sdk", "src/Templates" })
            (await Dotnet.RunAsync(Repository.Root, new Dictionary<string, string>(), context.CancellationToken,
                "pack", project, "--no-build", "-c", Repository.Configuration, "-o", Feed, $"-p:PackageVersion={Version}", "--nologo")).Succeeds();
    }

    [AssemblyCleanup]
    public static void Remove() => Directory.Delete(folder, recursive: true);
}
