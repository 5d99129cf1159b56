using Kontrakt.Clusters;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

/// <summary>Templates and builds as pods run them, with an executor that stands for Kaniko.</summary>
[TestClass]
public sealed class InTheCluster
{
    private const string Repository = "kontrakt-tests/templates";

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AFunctionIsBuiltByTheDockerfileThatItsImageCarriesAndOnlyOnce()
    {
        using var cluster = TestCluster.Require();
        using var folder = new TempFolder();
        using var registry = new RegistryClient(new() { InsecureHosts = [TestImage.Registry] });
        var name = $"f-{Guid.NewGuid():N}"[..10];
        var below = await StandInExecutor.PushAsync(registry, folder, $"{name}-below", [new LayerEntry.Content("t/Dockerfile", 0x1A4, "ARG IMAGE\nFROM ${IMAGE}\n"u8.ToArray())]);
        await PrepareAsync(registry, folder, name, "app/digest");
        folder.Write("app/hello.js", "hello");
        var use = new TemplateUse { Template = "function-template", Arguments = [new("IMAGE", below, null), new("HANDLER", "hello.js", null)], Sources = [new TemplateSource.Folder(folder.At("app"), null)] };

        var (first, log) = await BuildAsync(cluster, registry, folder, use, name);
        var (second, again) = await BuildAsync(cluster, registry, folder, use, name);

        Assert.IsFalse(first.Reused, log);
        StringAssert.Contains(log, $"argument --destination=pods.example.com/{Repository}/{name}:1");
        StringAssert.Contains(log, $"argument --build-arg=IMAGE=pods.example.com/{below[(TestImage.Registry.Length + 1)..]}");
        StringAssert.Contains(log, "argument --build-arg=HANDLER=hello.js");
        StringAssert.Contains(log, "file ./Dockerfile ARG IMAGE");
        StringAssert.Contains(log, "file ./hello.js hello");
        StringAssert.Contains(log, "home /kaniko/kontrakt/home in /kaniko/kontrakt/context");
        Assert.IsTrue(second.Reused, again);
        Assert.AreEqual(first.Reference, second.Reference);
        Assert.IsFalse(again.Contains("argument --", StringComparison.Ordinal), again);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ABuildRunsItsContainersInOrderAndThenTheTemplate()
    {
        using var cluster = TestCluster.Require();
        using var folder = new TempFolder();
        using var registry = new RegistryClient(new() { InsecureHosts = [TestImage.Registry] });
        var name = $"b-{Guid.NewGuid():N}"[..10];
        var repository = new GitRepository(folder);
        await PrepareAsync(registry, folder, name, "repository/digest");
        repository.Write("main.py", "print()");
        repository.Commit();
        var shell = await TestImage.BusyboxAsync();
        var file = folder.Write("build.yaml", $$$"""
            apiVersion: build.knative.dev/v1alpha1
            kind: Build
            metadata: {name: {{{name}}}, namespace: dispatch}
            spec:
              timeout: 4m
              sources:
              - {name: source, git: {url: '{{{repository.Url}}}', revision: main}}
              - {name: one, custom: {image: '{{{shell}}}', command: [sh, -c], args: ['echo -n one > packages.txt']}}
              - {name: two, custom: {image: '{{{shell}}}', command: [sh, -c], args: ['echo -n "$TWO" >> packages.txt'], env: [{name: TWO, value: ' two'}]}}
              template:
                name: image-template
                arguments:
                - {name: DESTINATION, value: '${KO_DOCKER_REPO}/{{{name}}}:${kontrakt.sourceReference}'}
                - {name: BASE_IMAGE, value: '{{{shell}}}'}
            """);

        var (built, log) = await RunAsync(cluster, registry, folder, file);

        Assert.IsFalse(built.Reused, log);
        StringAssert.Contains(log, "file ./main.py print()");
        StringAssert.Contains(log, "file ./packages.txt one two");
        StringAssert.Contains(log, "argument --build-arg=PACKAGES_FILE=packages.txt");
    }

    /// <summary>Pushes what the executor will say it has built; its digest lies in the workspace.</summary>
    private static async Task PrepareAsync(RegistryClient registry, TempFolder folder, string name, string path)
    {
        var image = ImageReference.Parse(await StandInExecutor.PushAsync(registry, folder, name, [new LayerEntry.Content("file", 0x1A4, System.Text.Encoding.UTF8.GetBytes(name))]));
        folder.Write(path, image.Digest.ToString() ?? "");
    }

    private static async Task<(BuiltImage Built, string Log)> BuildAsync(TestCluster cluster, RegistryClient registry, TempFolder folder, TemplateUse use, string name)
    {
        var settings = await SettingsAsync(cluster, registry, folder);
        var log = new Lines();
        await using var site = Open(settings, registry, log);
        var image = ImageReference.Parse($"{settings.Repository}/{name}:1");
        return (await TemplateImages.BuildAsync(use, name, image, TemplateCatalog.Read(settings), Globals(settings), site, CancellationToken.None), log.ToString());
    }

    private static async Task<(BuiltImage Built, string Log)> RunAsync(TestCluster cluster, RegistryClient registry, TempFolder folder, string file)
    {
        var settings = await SettingsAsync(cluster, registry, folder);
        var log = new Lines();
        var built = await TemplateImages.RunAsync(file, TemplateCatalog.Read(settings), Globals(settings), demands => Open(settings with { BuildTimeout = demands.Timeout }, registry, log), CancellationToken.None);
        return (built.Single(), log.ToString());
    }

    private static IReadOnlyDictionary<string, string> Globals(KontraktSettings settings) => ExpandedTemplate.Globals(settings.Repository ?? "", "1");

    private static BuildSite Open(KontraktSettings settings, RegistryClient registry, Lines log) =>
        new(settings, new ClusterAccess(settings, log), registry, log, $"templates-{Guid.NewGuid():N}"[..18]);

    private static async Task<KontraktSettings> SettingsAsync(TestCluster cluster, RegistryClient registry, TempFolder folder) => new()
    {
        Directory = folder.Path,
        RunsDirectory = folder.At("state"),
        Repository = $"{TestImage.Registry}/{Repository}",
        // Nothing is pushed from the pod: any name will do, and must come to the steps.
        BuildRepository = $"pods.example.com/{Repository}",
        InsecureRegistries = [TestImage.Registry],
        KubeConfig = TestCluster.KubeConfigPath,
        KubeContext = cluster.Connection.Name,
        KanikoExecutor = await StandInExecutor.PushAsync(registry, folder),
    };
}
