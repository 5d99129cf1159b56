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
            WriteKontrakts(folder);
            Installed.Write(folder, "mstest/Tests.cs", "[Microsoft.VisualStudio.TestTools.UnitTesting.TestClass] public class One { [Microsoft.VisualStudio.TestTools.UnitTesting.TestMethod] public void Passes() { } }");
            await CompareAsync(folder, "list-tests, VSTest", platform: false);
            Installed.Write(folder, "global.json", """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
            await CompareAsync(folder, "list-tests, Microsoft.Testing.Platform", platform: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string folder, string name, bool platform)
    {
        Installed.Write(folder, "mstest/Tests.csproj", MSTest(platform));
        await Paired.RunAsync(name, "at most 1.5", pairs: 7,
            ($"dotnet test --list-tests, {Kontrakts} kontrakts", () => ListAsync(Path.Combine(folder, "yaml"))),
            ("the same, one MSTest test", () => ListAsync(Path.Combine(folder, "mstest"))));
    }

    private static Task<TimeSpan> ListAsync(string folder) => Paired.CommandAsync("dotnet", ["test", "--list-tests"], folder, ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"));

    private static void WriteKontrakts(string folder)
    {
        Installed.WriteProject(folder, "yaml/Yaml.csproj");
        for (var number = 1; number <= Kontrakts; number++)
            Installed.Write(folder, $"yaml/kontrakt-{number}/test.yaml", """
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
        var version = XDocument.Load(Path.Combine(Setting.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")?.Value == "MSTest").Attribute("Version")?.Value;
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                {(platform ? "<OutputType>Exe</OutputType><EnableMSTestRunner>true</EnableMSTestRunner>" : "")}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MSTest" Version="{version}" />
                <PrunePackageReference Include="Microsoft.Testing.Extensions.CodeCoverage" Version="999.0.0" />
              </ItemGroup>
            </Project>
            """;
    }
}
