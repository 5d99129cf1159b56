namespace Bench;

/// <summary>
/// A folder whose projects use Kontrakt as those who install the package do: the targets of this repository, and its tasks as Release builds them
/// (the samples take the tasks of the configuration that is built, and build them first).
/// </summary>
internal static class Installed
{
    /// <summary>Writes a project that runs kontrakts. Nothing of this repository's own settings is for it.</summary>
    /// <param name="items">Properties and items of the project.</param>
    public static void WriteProject(string folder, string file, string items = "")
    {
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            Write(folder, name, "<Project />");
        Write(folder, file, $"""
            <Project>
              <PropertyGroup>
                <KontraktTasksAssembly>{Of("Tasks", "Kontrakt.Tasks.dll")}</KontraktTasksAssembly>
                <KontraktEngineProgram>{Engines.Program}</KontraktEngineProgram>
                <KontraktTestProgram>{Of("Testing", "kontrakt-test.dll")}</KontraktTestProgram>
              </PropertyGroup>
              <Import Project="{Setting.Root}/src/Sdk/Sdk/Sdk.props" />
              {items}
              <Import Project="{Setting.Root}/src/Sdk/Sdk/Sdk.targets" />
            </Project>
            """);
    }

    /// <summary>samples/Hello as a repository of its own: its images' projects are items, so that Build builds them too.</summary>
    public static string Hello()
    {
        var folder = Setting.Temporary();
        foreach (var file in Directory.EnumerateFiles(Setting.Hello, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Setting.Hello, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                Write(folder, relative, File.ReadAllText(file));
        }
        WriteProject(folder, "Hello.csproj", """
            <PropertyGroup><KontraktHostBaseImage>true</KontraktHostBaseImage></PropertyGroup>
            <ItemGroup><KontraktImage Include="Api/Api.csproj;SmokeTest/SmokeTest.csproj" /></ItemGroup>
            """);
        return folder;
    }

    public static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder);
        File.WriteAllText(path, text);
    }

    private static string Of(string project, string file)
    {
        var path = Path.Combine(Setting.Root, "src", project, "bin", "Release", "net10.0", file);
        return File.Exists(path) ? path : throw new InvalidOperationException($"'{path}' does not exist: dotnet run -c Release --project bench");
    }
}
