using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Settings;

[TestClass]
public sealed class SettingTexts
{
    private static readonly string Base = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "repo"));

    private static KontraktSettings Read(params (string Name, string? Text)[] values) =>
        SettingsReader.Read(values.ToDictionary(value => value.Name, value => value.Text), Base);

    /// <summary>What they are: see <see cref="SettingsInFiles.HaveTheDefaultsOfTheCommandsPage"/>.</summary>
    [TestMethod, Timeout(60_000)]
    public void HaveDefaultsWhereTheTextIsEmpty()
    {
        var unset = Read();
        var empty = Read([.. Setting.All.Select((setting, index) => (setting.Name, index % 3 == 0 ? null : index % 3 == 1 ? "" : " "))]);

        Assert.AreEqual((Base, Path.Combine(Base, "obj", "kontrakt")), (unset.Directory, unset.RunsDirectory));
        foreach (var setting in Setting.All)
            Assert.AreEqual(setting.ValueIn(unset), setting.ValueIn(empty), setting.Name);
    }

    [TestMethod, Timeout(60_000)]
    public void AreReadEachIntoItsProperty()
    {
        var unset = Read();

        foreach (var (setting, text) in SettingSamples.All)
        {
            var read = Read((setting.Name, text));
            var changed = Setting.All.Where(each => each.ValueIn(read) != each.ValueIn(unset)).Select(each => each.Name);
            // Runs are recorded below the directory unless something else is said.
            CollectionAssert.AreEqual(setting.Name == "KontraktDirectory" ? [setting.Name, "KontraktRunsDirectory"] : new[] { setting.Name }, changed.ToArray(), $"{setting.Name}={text}");
        }
    }

    [TestMethod, Timeout(60_000)]
    public void AreReadFromTexts()
    {
        var settings = Read(("KontraktDirectory", "src"), ("KO_DOCKER_REPO", "localhost:5000/demo/"), ("KontraktInsecureRegistries", "a:1; b:2,c"),
            ("KontraktPinImages", "True"), ("KontraktTimeout", "1h30m"), ("KontraktUnschedulableGrace", "0s"), ("KontraktKeep", "Failed"),
            ("KontraktParallelism", "3"), ("KUBECONFIG", $"a{Path.PathSeparator}/b"), ("KontraktImagePullSecret", "ci/pull"), ("KontraktJUnit", "out/j.xml"));

        Assert.AreEqual(Path.Combine(Base, "src"), settings.Directory);
        Assert.AreEqual("localhost:5000/demo", settings.Repository);
        CollectionAssert.AreEqual(new[] { "a:1", "b:2", "c" }, settings.InsecureRegistries.ToArray());
        Assert.IsTrue(settings.PinImages);
        Assert.AreEqual((TimeSpan.FromMinutes(90), TimeSpan.Zero), (settings.Timeout, settings.UnschedulableGrace));
        Assert.AreEqual((KeepPolicy.Failed, 3, "ci/pull"), (settings.Keep, settings.Parallelism, settings.ImagePullSecret));
        Assert.AreEqual(Path.Combine(Base, "a") + Path.PathSeparator + Path.GetFullPath("/b"), settings.KubeConfig);
        Assert.AreEqual(Path.Combine(Base, "out", "j.xml"), settings.JUnit);
    }

    [TestMethod, Timeout(60_000)]
    public void KontraktKubeConfigComesBeforeTheEnvironment()
    {
        var settings = Read(("KUBECONFIG", "/a"), ("KontraktKubeConfig", "/b"));

        Assert.AreEqual(Path.GetFullPath("/b"), settings.KubeConfig);
    }

    [TestMethod, Timeout(60_000)]
    public void ReportEveryErrorAtOnce()
    {
        var error = Assert.ThrowsExactly<KontraktException>(() => Read(("KontraktTimeout", "soon"), ("KontraktKeep", "maybe"), ("KontraktParallelism", "0"),
            ("KO_DOCKER_REPO", "https://x"), ("KontraktNamespace", "My_Space"), ("KontraktPinImages", "si"), ("KontraktImagePullSecret", "a/b/c")));

        CollectionAssert.AreEquivalent(new[] { "KTR1011", "KTR1019", "KTR1019", "KTR1019", "KTR1019", "KTR1019", "KTR1019" },
            error.Diagnostics.Select(diagnostic => diagnostic.Code).ToArray(), error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("90s", 90)]
    [DataRow("10m", 600)]
    [DataRow("1h30m", 5400)]
    [DataRow("1.5h", 5400)]
    [DataRow("00:10:00", 600)]
    [DataRow("2d", 172800)]
    [DataRow("1m500ms", 60.5)]
    [DataRow("0s", 0)]
    public void DurationsAreRead(string text, double seconds)
    {
        var duration = Durations.Parse(text);

        Assert.AreEqual(TimeSpan.FromSeconds(seconds), duration);
        Assert.AreEqual(duration.Milliseconds == 0 ? duration : TimeSpan.FromMinutes(1), Durations.Parse(Durations.Format(duration)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("90")]
    [DataRow("10 minutes")]
    [DataRow("-5s")]
    [DataRow("5m5h")]
    [DataRow("5m5m")]
    [DataRow("s")]
    [DataRow("1e9s")]
    [DataRow("99999999999h")]
    [DataRow("aa:bb")]
    public void OtherDurationsAreRefused(string text)
    {
        Assert.ThrowsExactly<FormatException>(() => Durations.Parse(text));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("localhost:5000/demo", "localhost:5000/demo")]
    [DataRow("registry.example.com/team//", "registry.example.com/team")]
    [DataRow("ko.local", "ko.local")]
    [DataRow("localhost", "localhost")]
    [DataRow("myorg", "docker.io/myorg")]
    [DataRow("[::1]:5000/x", "[::1]:5000/x")]
    [DataRow("10.0.0.1:5000/a-b/c__d.e", "10.0.0.1:5000/a-b/c__d.e")]
    public void RepositoriesAreAccepted(string text, string normalized)
    {
        Assert.IsNull(RepositoryPrefix.Problem(text, out var actual));

        Assert.AreEqual(normalized, actual);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Registry.example.com/team")]
    [DataRow("localhost:5000/Demo")]
    [DataRow("https://localhost:5000")]
    [DataRow("localhost:5000/demo:tag")]
    [DataRow("localhost:port/demo")]
    [DataRow("localhost:99999/demo")]
    [DataRow("/demo")]
    [DataRow("a//b")]
    [DataRow("a/b_")]
    [DataRow("a/b___c")]
    [DataRow("localhost:0/demo")]
    [DataRow("localhost:5000/demo@sha256:aa")]
    [DataRow("a/b c")]
    [DataRow("$(Registry)/x")]
    [DataRow("/")]
    public void OtherRepositoriesAreRefused(string text)
    {
        Assert.IsNotNull(RepositoryPrefix.Problem(text, out _));
    }
}
