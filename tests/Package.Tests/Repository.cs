namespace Package.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Debug or Release: the one these tests were built in, and so the package's tasks.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(AppContext.BaseDirectory)!)!);

    public static string At(string relative) => Path.Combine(Root, relative);

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Kontrakt.MSBuild.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("these tests run inside the repository");
        return folder;
    }
}
