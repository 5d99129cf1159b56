namespace Package.Tests;

/// <summary>Somebody with the .NET SDK and an empty home, who types commands.</summary>
internal sealed class NewUser : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("package-tests-").FullName;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, string?> _environment;

    public NewUser(TestContext context)
    {
        _cancellationToken = context.CancellationToken;
        Directory.CreateDirectory(Home);
        _environment = new()
        {
            ["HOME"] = Home,
            ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{Path.Combine(Home, ".dotnet", "tools")}",
            // Downloads of the machine save time; what was downloaded before is the same.
            ["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages ? packages
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            ["DOTNET_NOLOGO"] = "1",
        };
        foreach (var name in new[] { "NUGET_PACKAGES", "DOTNET_CLI_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR" })
            _environment[name] = null;
    }

    private string Home => Path.Combine(_root, "home");

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName;

    public Task<DotnetResult> TypeAsync(string folder, string lines) => Dotnet.ShellAsync(folder, _environment, lines, _cancellationToken);

    /// <summary>Ends the engine that builds have started.</summary>
    public void Dispose()
    {
        if (File.Exists(Path.Combine(Home, ".dotnet", "tools", "kontrakt")))
        {
            var stop = Dotnet.ShellAsync(_root, _environment, "kontrakt engine stop", CancellationToken.None).GetAwaiter().GetResult();
            Assert.AreEqual(0, stop.ExitCode, stop.Log);
        }
        Directory.Delete(_root, recursive: true);
    }
}
