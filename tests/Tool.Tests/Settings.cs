using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;
using Kontrakt.Tests;
using Kontrakt.Tool;
using Kontrakt.Tool.Settings;

namespace Tool.Tests;

/// <summary>Options mirror the properties of a build; the environment stands in for those that are absent.</summary>
[TestClass]
public sealed class Settings
{
    [TestMethod]
    [Timeout(60_000)]
    public void ComeFromOptions()
    {
        var settings = Read("--repository", "localhost:5000/demo", "--timeout", "90s", "--keep", "failed", "-j", "3", "--insecure-registry", "a:5000",
            "--insecure-registry", "b:5000", "--pin-images", "--context", "kind-x", "-n", "team", "--junit", "out/report.xml");

        Assert.AreEqual("localhost:5000/demo", settings.Repository);
        Assert.AreEqual(TimeSpan.FromSeconds(90), settings.Timeout);
        Assert.AreEqual(KeepPolicy.Failed, settings.Keep);
        Assert.AreEqual(3, settings.Parallelism);
        CollectionAssert.AreEqual(new[] { "a:5000", "b:5000" }, settings.InsecureRegistries.ToArray());
        Assert.IsTrue(settings.PinImages);
        Assert.AreEqual("kind-x", settings.KubeContext);
        Assert.AreEqual("team", settings.Namespace);
        Assert.AreEqual(Path.GetFullPath("out/report.xml"), settings.JUnit);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ComeFromTheEnvironmentWhereAnOptionIsAbsent()
    {
        var environment = new Dictionary<string, string>
        {
            ["SOURCE_REFERENCE"] = "abc",
            ["KO_DOCKER_REPO"] = "registry.example/a",
            ["KUBECONFIG"] = "/k/config",
            ["KONTRAKT_KUBE_CONTEXT"] = "kind-y",
            ["KONTRAKT_PIN_IMAGES"] = "true",
            ["KONTRAKT_JUNIT"] = "/tmp/j.xml",
            ["KONTRAKT_UNSCHEDULABLE_GRACE"] = "3s",
        };

        var settings = Read(environment, "--repository", "registry.example/b");

        Assert.AreEqual("abc", settings.SourceReference);
        Assert.AreEqual("registry.example/b", settings.Repository, "an option goes before the environment");
        Assert.AreEqual("/k/config", settings.KubeConfig);
        Assert.AreEqual("kind-y", settings.KubeContext);
        Assert.IsTrue(settings.PinImages);
        Assert.AreEqual("/tmp/j.xml", settings.JUnit);
        Assert.AreEqual(TimeSpan.FromSeconds(3), settings.UnschedulableGrace);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("--pin-images", "run")]
    [DataRow("run", "--pin-images")]
    [DataRow("run", "--pin-images", "true")]
    [DataRow("run", "--pin-images=true", "-f", ".")]
    public void MayBeFlagsBeforeAndAfterTheVerb(params string[] args)
    {
        var settings = Read(args);

        Assert.IsTrue(settings.PinImages);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void RecordRunsWhereABuildOfTheDirectoryDoes()
    {
        var settings = Read("-f", "samples/Hello");

        Assert.AreEqual(Path.GetFullPath("samples/Hello"), settings.Directory);
        Assert.AreEqual(Path.GetFullPath("samples/Hello/obj/kontrakt"), settings.RunsDirectory);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ThatCannotBeReadAreAllNamed()
    {
        var exception = Assert.Throws<KontraktException>(() => Read("--timeout", "soon", "--keep", "sometimes", "--parallelism", "0"));

        Assert.HasCount(3, exception.Diagnostics);
        foreach (var name in new[] { "KontraktTimeout", "KontraktKeep", "KontraktParallelism" })
            Assert.Contains(name, exception.Message);
    }

    /// <summary>Each by its option, its variable, and as a build reads the property: one value.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public void AreTheSameFromOptionEnvironmentAndProperty()
    {
        foreach (var (setting, text) in SettingSamples.All.Where(sample => sample.Setting.Variable is not null))
        {
            var ofBuild = setting.ValueIn(SettingsReader.Read(new Dictionary<string, string?> { [setting.Name] = text }, StartFolder.FullPath));

            Assert.AreEqual(ofBuild, setting.ValueIn(Read(new Dictionary<string, string> { [setting.Variable ?? ""] = text })), setting.Variable);
            foreach (var name in setting.Option.Split(' ').Where(word => word.StartsWith('-')))
                Assert.AreEqual(ofBuild, setting.ValueIn(Read(name, text)), name);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreAllInTheHelpOfAVerb()
    {
        var (_, help, _) = await CommandLines.RunAsync(["run", "--help"]);

        foreach (var setting in Setting.All.Where(setting => setting.Option.Length > 0))
            Assert.Contains($"[{setting.Variable}]", help);
        Assert.Contains("default: 10m [KONTRAKT_TIMEOUT]", string.Join(' ', help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    private static KontraktSettings Read(params string[] args) => Read([], args);

    private static KontraktSettings Read(Dictionary<string, string> environment, params string[] args)
    {
        var command = new RootCommand { new Command("run") };
        foreach (var option in SettingOptions.All)
            command.Add(option);
        var result = command.Parse(args.Contains("run") ? args : ["run", .. args]);
        Assert.IsEmpty(result.Errors, string.Join('\n', result.Errors));
        return SettingOptions.Read(result, name => environment.GetValueOrDefault(name));
    }
}
