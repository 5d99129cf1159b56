using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.HostBase;
using Kontrakt.Images.Sdk;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tasks.Tests.Containers;

/// <summary>Real projects, built by the real SDK into a real registry, through Kontrakt.Container.targets.</summary>
[TestClass]
public sealed class ProjectsOnTheCommandLine
{
    /// <summary>What MSBuild takes for more than text where it is not escaped.</summary>
    private const string Api = "A p'i (1)";

    [TestMethod]
    [Timeout(600_000)]
    public async Task AreBuiltOnceAndReusedUntilSomethingChanges()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var folder = Projects();
        using var registry = new RegistryClient(new() { InsecureHosts = [docker.Host] });
        var log = new Log();
        var request = await RequestAsync(folder, docker.Host, registry, log);

        var first = await SdkImageBuilder.BuildAsync(request, log, CancellationToken.None);
        var again = await SdkImageBuilder.BuildAsync(request with { Tag = "t2" }, log, CancellationToken.None);
        folder.Write("Web/wwwroot/index.html", "another page");
        var changed = await SdkImageBuilder.BuildAsync(request with { Tag = "t3" }, log, CancellationToken.None);

        Assert.AreEqual("api False, web False", Show(first), log.ToString());
        Assert.AreEqual("api True, web True", Show(again), log.ToString());
        Assert.AreEqual("api True, web False", Show(changed), log.ToString());
        CollectionAssert.AreEqual(Digests(first), Digests(again));
        Assert.IsTrue(first.Concat(again).All(image => image.Began < image.Ended), "each says when it was made");
        foreach (var image in first.Concat(again).Concat(changed))
            Assert.AreEqual(image.Reference.Digest, (await registry.ResolveAsync(image.Reference.WithDigest(null), CancellationToken.None))?.Digest, image.ToString());
        Assert.AreEqual(3, log.Lines.Count(line => line.Contains("Lib ->", StringComparison.Ordinal)), "once in each of three builds: " + log);
    }

    [TestMethod]
    [Timeout(600_000)]
    public async Task ThatDoNotCompileGiveTheCompilersErrorsOnceAndNoImage()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var folder = Projects();
        using var registry = new RegistryClient(new() { InsecureHosts = [docker.Host] });
        folder.Write("Lib/Text.cs", "namespace Lib; public static class Text { public static string Of(int n) => n; }");
        var log = new Log();
        var request = await RequestAsync(folder, docker.Host, registry, log);

        var failure = await Assert.ThrowsExactlyAsync<KontraktException>(() => SdkImageBuilder.BuildAsync(request, log, CancellationToken.None));

        Assert.AreEqual("KTR2004", failure.Diagnostics.Single().Code);
        var reported = log.Diagnostics.Single();
        Assert.AreEqual($"{folder.File("Lib/Text.cs")} 1 CS0029", $"{reported.Location?.File} {reported.Location?.Line} {reported.Code}", log.ToString());
        Assert.IsNull(await registry.ResolveAsync(ImageReference.Parse($"{docker.Host}/demo/api:t1"), CancellationToken.None));
    }

    [TestMethod]
    [Timeout(600_000)]
    public async Task ThatMakeNoImageAreErrorsOfTheirOwn()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var folder = Projects();
        using var registry = new RegistryClient(new() { InsecureHosts = [docker.Host] });
        var log = new Log();
        var request = await RequestAsync(folder, docker.Host, registry, log) with { Projects = [new(folder.File("Lib/Lib.csproj")) { Name = "lib" }] };

        var failure = await Assert.ThrowsExactlyAsync<KontraktException>(() => SdkImageBuilder.BuildAsync(request, log, CancellationToken.None));

        Assert.AreEqual("KTR2009", failure.Diagnostics.Single().Code, log.ToString());
        Assert.AreEqual(folder.File("Lib/Lib.csproj"), failure.Diagnostics.Single().Location?.File);
    }

    private static string Show(IEnumerable<BuiltImage> images) =>
        string.Join(", ", images.OrderBy(image => image.Reference.Name).Select(image => $"{Path.GetFileName(image.Reference.Repository)} {image.Reused}"));

    private static string[] Digests(IEnumerable<BuiltImage> images) =>
        [.. images.OrderBy(image => image.Reference.Name).Select(image => image.Reference.Digest.ToString()!)];

    private static async Task<SdkBuildRequest> RequestAsync(TempFolder folder, string host, RegistryClient registry, IRunLog log) => new()
    {
        Projects = [new(folder.File($"{Api}/Api.csproj")) { Name = "api" }, new(folder.File("Web/Web.csproj")) { Name = "web" }],
        Repository = $"{host}/demo",
        Tag = "t1",
        RunsDirectory = folder.File("runs"),
        Driver = Path.Combine(RepositoryRoot(), "build", "Kontrakt.ProjectImages.proj"),
        TasksAssembly = typeof(KontraktTask).Assembly.Location,
        InsecureRegistries = [host],
        BaseImage = await HostBaseImage.EnsureAsync(new() { Repository = $"{host}/demo", CacheDirectory = folder.File("cache") }, registry, log, CancellationToken.None),
    };

    private static TempFolder Projects()
    {
        var folder = new TempFolder();
        // Nothing of the machine's or this repository's settings is for them.
        folder.Write("Directory.Build.props", "<Project />");
        folder.Write("Directory.Build.targets", "<Project />");
        folder.Write("Directory.Packages.props", "<Project />");
        folder.Write("Lib/Lib.csproj", Project("Microsoft.NET.Sdk", ""));
        folder.Write("Lib/Text.cs", "namespace Lib; public static class Text { public static string Of(int n) => n.ToString(); }");
        folder.Write($"{Api}/Api.csproj", Project("Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>"));
        folder.Write($"{Api}/Program.cs", "System.Console.WriteLine(Lib.Text.Of(1));");
        folder.Write("Web/Web.csproj", Project("Microsoft.NET.Sdk.Web", ""));
        folder.Write("Web/Program.cs", "System.Console.WriteLine(Lib.Text.Of(2));");
        folder.Write("Web/wwwroot/index.html", "a page");
        return folder;
    }

    private static string Project(string sdk, string properties) => $"""
        <Project Sdk="{sdk}">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework>{properties}</PropertyGroup>
          <ItemGroup Condition="'$(MSBuildProjectName)' != 'Lib'"><ProjectReference Include="../Lib/Lib.csproj" /></ItemGroup>
        </Project>
        """;

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Kontrakt.MSBuild.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the repository");
        return folder;
    }

    /// <summary>Keeps what is reported; shown in failed assertions.</summary>
    private sealed class Log : IRunLog
    {
        private readonly List<RunEvent> events = [];

        public IReadOnlyList<string> Lines => [.. events.OfType<RunEvent.Detail>().Select(detail => detail.Text)];

        public IReadOnlyList<Diagnostic> Diagnostics => [.. events.OfType<RunEvent.Reported>().Select(reported => reported.Diagnostic)];

        public void Report(RunEvent runEvent)
        {
            lock (events)
                events.Add(runEvent);
        }

        public override string ToString() => string.Join(Environment.NewLine, events);
    }
}
