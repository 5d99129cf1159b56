using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Tests.Since;

/// <summary>A kontrakt with a project's image has changed if anything has that the project's build may read, wherever it is.</summary>
[TestClass]
public sealed class ChangesOfProjects : IDisposable
{
    private readonly Commit _commit = new();

    public void Dispose() => _commit.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("<PropertyGroup><SharedFile>../../shared5/x.cs</SharedFile></PropertyGroup><ItemGroup><Compile Include=\"$(SharedFile)\" /></ItemGroup>", "shared5/x.cs")]
    [DataRow("<PropertyGroup><Dir>../../sha</Dir></PropertyGroup><ItemGroup><Compile Include=\"$(Dir)red5/x.cs\" /></ItemGroup>", "shared5/x.cs", DisplayName = "parts of a path")]
    [DataRow("<PropertyGroup><Up>..</Up></PropertyGroup><ItemGroup><Compile Include=\"$(Up)/$(Up)/shared5/x.cs\" /></ItemGroup>", "shared5/x.cs", DisplayName = "folders above, from a property")]
    [DataRow("<ItemGroup><Compile Include=\"%2e%2e/../shared5/x.cs\" /></ItemGroup>", "shared5/x.cs", DisplayName = "an escaped character")]
    [DataRow("<ItemGroup><Reference Include=\"foo\"><HintPath>../../lib6/foo.dll</HintPath></Reference></ItemGroup>", "lib6/foo.dll")]
    [DataRow("<ItemGroup><Reference Include=\"foo\" HintPath=\"..\\..\\lib6\\foo.dll\" /></ItemGroup>", "lib6/foo.dll")]
    [DataRow("<Target Name=\"C\" AfterTargets=\"Publish\"><Copy SourceFiles=\"../../data8/d.json\" DestinationFolder=\"$(PublishDir)\" /></Target>", "data8/d.json")]
    [DataRow("<Target Name=\"C\" AfterTargets=\"Publish\"><Exec Command=\"cp ../../data8/d.json $(PublishDir)\" /></Target>", "data8/d.json")]
    [DataRow("<Target Name=\"C\" AfterTargets=\"Publish\"><Exec Command='cp \"../../data8/d.json\" x' /></Target>", "data8/d.json")]
    [DataRow("<Import Project=\"../../imp9.proj\" />", "data10/e.json", DisplayName = "what an import includes")]
    [DataRow("<Import Project=\"../../imp9.proj\" />", "imp9.proj")]
    [DataRow("<PropertyGroup><Imported>../../imp9</Imported></PropertyGroup><Import Project=\"$(Imported).proj\" />", "data10/e.json", DisplayName = "what an import by a property includes")]
    [DataRow("<Import Project=\"../../imp*.proj\" />", "data10/e.json", DisplayName = "what an import by a pattern includes")]
    [DataRow("<Import Project=\"../../build/more.props\" />", "build/next.props", DisplayName = "an import of an import, beside it")]
    [DataRow("<ItemGroup><Content Include=\"a\" Condition=\"Exists('../../flag')\" /></ItemGroup>", "flag", DisplayName = "whether a file exists")]
    [DataRow("<PropertyGroup><V>$([System.IO.File]::ReadAllText('../../version.txt'))</V></PropertyGroup>", "version.txt")]
    [DataRow("<PropertyGroup><V>$([System.IO.File]::ReadAllText($([System.IO.Path]::Combine('..', '..', 'version.txt'))))</V></PropertyGroup>", "version.txt")]
    [DataRow("<ItemGroup><Compile Include=\"$([MSBuild]::NormalizePath('$(MSBuildThisFileDirectory)', '../../shared5', 'x.cs'))\" /></ItemGroup>", "shared5/x.cs")]
    [DataRow("<ItemGroup><Compile Include=\"$([MSBuild]::GetDirectoryNameOfFileAbove('$(MSBuildThisFileDirectory)', 'imp9.proj'))/shared5/x.cs\" /></ItemGroup>", "shared5/x.cs")]
    [DataRow("<Import Project=\"$([MSBuild]::GetPathOfFileAbove('imp9.proj', '$(MSBuildThisFileDirectory)../'))\" />", "data10/e.json")]
    [DataRow("<ItemGroup><Compile Include=\"../../$(MSBuildProjectName)5/x.cs\" /></ItemGroup>", "app5/x.cs", DisplayName = "a folder that is called as the project, new")]
    [DataRow("<ItemGroup><Compile Include=\"$(SharedRoot)/x.cs\" /></ItemGroup>", "README.md", DisplayName = "a property that nobody defines")]
    [DataRow("<ItemGroup><Compile Include=\"$(SharedFile)\" /></ItemGroup>", "README.md", DisplayName = "a whole path that nobody defines")]
    [DataRow("<ItemGroup><Compile Include=\"$(SharedFile.Replace('a', '../b'))\" /></ItemGroup>", "README.md", DisplayName = "a property with a method")]
    [DataRow("<ItemGroup><Compile Include=\"@(Shared->'../../shared5/%(Filename).cs')\" /></ItemGroup>", "shared5/x.cs", DisplayName = "a path from an item")]
    [DataRow("<Target Name=\"G\"><MSBuild Projects=\"../../tools/Gen.csproj\" /></Target>", "tools/Gen.cs")]
    [DataRow("<Target Name=\"C\" AfterTargets=\"Publish\"><Exec Command=\"make\" WorkingDirectory=\"../../data8\" /></Target>", "data8/d.json")]
    [DataRow("", "p1/app/packages.lock.json")]
    public void AreOfWhatItNames(string project, string changed)
    {
        Make(project);

        Assert.AreEqual("", _commit.Changed("p1"), _commit.Log.Text);
        _commit.Change(changed);
        Assert.AreEqual("p1", _commit.Changed("p1"), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreOfWhatAFileAboveNamesAsSeenFromTheProject()
    {
        _commit.Write("p3/Directory.Build.props", "<Project><ItemGroup><Compile Include=\"../sh7/x.cs\" /></ItemGroup></Project>");
        _commit.Write("p3/svc/sh7/x.cs");
        _commit.Write("p3/svc/app/app.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        _commit.Write("p3/svc/kontrakt/test.yaml", Commit.Pod("../app"));
        _commit.Git.Commit();

        Assert.AreEqual("", _commit.Changed("p3"));
        _commit.Change("p3/svc/sh7/x.cs");
        Assert.AreEqual("svc", _commit.Changed("p3"));
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    public void AreOfWhatALinkInItsFolderLeadsTo()
    {
        _commit.Link("p1/app/linked", "../../shared5");
        Make("");

        _commit.Change("shared5/x.cs");

        Assert.AreEqual("p1", _commit.Changed("p1"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("<PropertyGroup><RepoRoot>$(MSBuildThisFileDirectory)../../</RepoRoot></PropertyGroup><ItemGroup><Compile Include=\"$(RepoRoot)shared5/x.cs\" /></ItemGroup>", DisplayName = "the repository by a property")]
    [DataRow("<PropertyGroup><NoWarn>$(NoWarn);CS1591</NoWarn><V>1.2.3</V><AssemblyName>$(MSBuildProjectName).Api</AssemblyName><PackageProjectUrl>https://example.com/a/../b</PackageProjectUrl></PropertyGroup><ItemGroup><PackageReference Include=\"a\" Version=\"$(V)\" /></ItemGroup>", DisplayName = "texts that are no paths")]
    [DataRow("<PropertyGroup Condition=\"'$(CI)' == 'true' and $([MSBuild]::IsOSPlatform('Linux'))\"><OutputPath>bin/$(Configuration)/$(TargetFramework.Replace('net', ''))</OutputPath></PropertyGroup>", DisplayName = "conditions, and where output goes")]
    [DataRow("<Target Name=\"M\"><Exec Command=\"/bin/true\" /><Message Text=\"$(Anything)\" /></Target>", DisplayName = "a program, and a message")]
    [DataRow("<ItemGroup><None Include=\"/no/such/file\" /><None Include=\"@(Compile)\" /><None Update=\"a/b/*.json\" /></ItemGroup>", DisplayName = "items, and what does not exist")]
    public void AreNotOfAnythingElse(string project)
    {
        Make(project);

        _commit.Change("README.md");
        _commit.Change("data8/d.json");

        Assert.AreEqual("", _commit.Changed("p1"), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreExplainedInDoubt()
    {
        Make("<ItemGroup><Compile Include=\"$(SharedRoot)/x.cs\" /></ItemGroup>");
        _commit.Change("README.md");

        Assert.AreEqual("p1", _commit.Changed("p1"));

        Assert.Contains("$(SharedRoot)", _commit.Log.Text);
        Assert.Contains("app.csproj", _commit.Log.Text);
    }

    private void Make(string project)
    {
        _commit.Write("p1/app/app.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\">{project}</Project>");
        _commit.Write("p1/kontrakt/test.yaml", Commit.Pod("../app"));
        _commit.Write("shared5/x.cs");
        _commit.Write("lib6/foo.dll");
        _commit.Write("data8/d.json");
        _commit.Write("data10/e.json");
        _commit.Write("imp9.proj", "<Project><ItemGroup><Content Include=\"$(MSBuildThisFileDirectory)data10/e.json\" /></ItemGroup></Project>");
        _commit.Write("build/more.props", "<Project><Import Project=\"next.props\" /></Project>");
        _commit.Write("build/next.props", "<Project />");
        _commit.Write("tools/Gen.csproj", "<Project />");
        _commit.Write("tools/Gen.cs");
        _commit.Write("version.txt");
        _commit.Git.Commit();
    }

    /// <summary>Many kontrakts of a run name the same projects.</summary>
    [TestMethod]
    public void AreLookedForOnceInAProjectThatManyKontraktsName()
    {
        using var folder = new TempFolder();
        var project = folder.Write("app/App.csproj", "<Project><ItemGroup><Compile Include=\"../shared/x.cs\" /></ItemGroup></Project>");
        var one = new SourceInputs(RealPath.Of(folder.Path), new(() => []));
        one.AddProject(project);
        File.WriteAllText(project, "<Project />");

        var another = one.OfAnother();
        another.AddProject(project);

        CollectionAssert.Contains(another.Paths.ToList(), folder.At("shared/x.cs"));
    }
}
