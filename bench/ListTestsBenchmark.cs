using System.Xml.Linq;

namespace Bench;

/// <summary>list-tests: `dotnet test --list-tests` of a project of YAML with 60 kontrakts against that of a project with one MSTest test, in both modes of dotnet test.</summary>
internal static class ListTestsBenchmark
{
    private const int Kontrakts = 60;

    public static async Task RunAsync()
    {
        var folder = Setting.Temporary();
        try
        {
            foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
                Write(folder, name, "<Project />");
            WriteKontrakts(folder);
            Write(folder, "mstest/Tests.cs", "[Microsoft.VisualStudio.TestTools.UnitTesting.TestClass] public class One { [Microsoft.VisualStudio.TestTools.UnitTesting.TestMethod] public void Passes() { } }");
            await CompareAsync(folder, "list-tests, VSTest", platform: false);
            Write(folder, "global.json", """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
            await CompareAsync(folder, "list-tests, Microsoft.Testing.Platform", platform: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string folder, string name, bool platform)
    {
        Write(folder, "mstest/Tests.csproj", MSTest(platform));
        await Paired.RunAsync(name, "at most 1.5", pairs: 7,
            ($"dotnet test --list-tests, {Kontrakts} kontrakts", () => ListAsync(Path.Combine(folder, "yaml"))),
            ("the same, one MSTest test", () => ListAsync(Path.Combine(folder, "mstest"))));
    }

    private static Task<TimeSpan> ListAsync(string folder) => Paired.CommandAsync("dotnet", ["test", "--list-tests"], folder, ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"));

    private static void WriteKontrakts(string folder)
    {
        var built = Path.GetDirectoryName(Engines.Program) ?? "";
        string Of(string project, string file)
        {
            var path = Path.Combine(Setting.Root, "src", project, Path.GetRelativePath(Path.Combine(Setting.Root, "src", "Tool"), built), file);
            return File.Exists(path) ? path : throw new InvalidOperationException($"'{path}' is not built: dotnet build -c Release src/{project}");
        }

        Write(folder, "yaml/Yaml.csproj", $"""
            <Project>
              <PropertyGroup>
                <KontraktTasksAssembly>{Of("Tasks", "Kontrakt.Tasks.dll")}</KontraktTasksAssembly>
                <KontraktEngineProgram>{Engines.Program}</KontraktEngineProgram>
                <KontraktTestProgram>{Of("Testing", "kontrakt-test.dll")}</KontraktTestProgram>
              </PropertyGroup>
              <Import Project="{Setting.Root}/src/Sdk/Sdk/Sdk.props" />
              <Import Project="{Setting.Root}/src/Sdk/Sdk/Sdk.targets" />
            </Project>
            """);
        for (var number = 1; number <= Kontrakts; number++)
            Write(folder, $"yaml/kontrakt-{number}/test.yaml", """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: check
                  labels: {kontrakt: test}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: check
                      image: registry.example.com/check:1
                """);
    }

    private static string MSTest(bool platform)
    {
        var versions = XDocument.Load(Path.Combine(Setting.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(version => version.Attribute("Include")?.Value ?? "", version => version.Attribute("Version")?.Value ?? "");
        string[] packages = platform ? ["MSTest.TestFramework", "MSTest.TestAdapter"] : ["Microsoft.NET.Test.Sdk", "MSTest.TestFramework", "MSTest.TestAdapter"];
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                {(platform ? "<OutputType>Exe</OutputType><EnableMSTestRunner>true</EnableMSTestRunner>" : "")}
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"{versions[package]}\" />"))}
              </ItemGroup>
            </Project>
            """;
    }

    private static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder);
        File.WriteAllText(path, text);
    }
}
