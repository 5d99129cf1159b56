using System.Security.Cryptography;
using System.Text;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Manifests;
using static Kontrakt.Tests.Caching.Kontrakts;

namespace Kontrakt.Tests.Caching;

/// <summary>What makes a verdict another one, and what does not.</summary>
[TestClass]
public sealed class Covers
{
    private static readonly (string, string)[] Files = [("test.yaml", Test), ("service.yaml", Service), ("web.assert.yaml", "apiVersion: v1\nkind: Pod\nstatus: {phase: Running}\n")];

    [TestMethod, Timeout(60_000)]
    public void AreEqualWhereOnlyTagsRegistriesAndCommentsDiffer()
    {
        var moved = Of([("test.yaml", "# a comment\n\n" + Pod("", image: $"127.0.0.1:4711/elsewhere/web:2@{Digest}")), .. Files[1..]]);

        Assert.AreEqual(Of(Files), moved);
    }

    [TestMethod, Timeout(60_000)]
    public void AreWordsOfPeople()
    {
        var cover = VerdictCover.Of(Read(Files), Kontrakts.Settings, "1.2.3", "Kubernetes v1.31.0 linux/amd64");

        Assert.Contains("\"object\": \"service/web\"", cover.ToText());
        Assert.Contains($"\"digest\": \"{Digest}\"", cover.ToText());
        Assert.Contains("\"KontraktTimeout\": \"00:10:00\"", cover.ToText());
        Assert.Contains("\"cluster\": \"Kubernetes v1.31.0 linux/amd64\"", cover.ToText());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("test.yaml", ", command: [sh, -c, exit 0]", DisplayName = "another command")]
    [DataRow("test.yaml", ", env: [{name: COMMIT, value: abc}]", DisplayName = "another variable")]
    public void DifferWithTheObjects(string file, string container) =>
        Assert.AreNotEqual(Of(Files), Of([(file, Pod(container)), .. Files[1..]]));

    [TestMethod, Timeout(60_000)]
    public void DifferWithTheDigestOfAnImage() =>
        Assert.AreNotEqual(Of(Files), Of([("test.yaml", Test.Replace("sha256:aa", "sha256:ab", StringComparison.Ordinal)), .. Files[1..]]));

    [TestMethod, Timeout(60_000)]
    public void DifferWithTheAssertions()
    {
        Assert.AreNotEqual(Of(Files), Of(Files[..2]), "one less");
        Assert.AreNotEqual(Of(Files), Of([Files[0], Files[1], ("web.assert.yaml", "apiVersion: v1\nkind: Pod\nstatus: {phase: Succeeded}\n")]), "another one");
        Assert.AreNotEqual(Of(Files), Of([Files[0], Files[1], ("web.error.yaml", Files[2].Item2)]), "the contrary");
    }

    /// <summary>Whatever chart, values or version of helm it comes from, and in the folder of whatever run it is.</summary>
    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task AreOfWhatAChartRendersTo()
    {
        Assert.AreEqual(await OfChart("image: x:1"), await OfChart("# another version\n  image: x:1"));
        Assert.AreNotEqual(await OfChart("image: x:1"), await OfChart("image: x:2"));

        static async Task<string> OfChart(string container)
        {
            using var helm = new HelmStandIn("cat ../output").Printing($"---\n# Source: shop/templates/test.yaml\napiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {{helm.sh/hook: test}}}}\nspec:\n  containers:\n  - name: a\n    {container.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
            return VerdictCover.Of(ManifestReader.Read(await helm.RenderAsync()), Kontrakts.Settings, "1", "cluster").ToText();
        }
    }

    [TestMethod, Timeout(60_000)]
    public void DifferWhereATestIsLeftOut()
    {
        var whole = Of([.. Files, ("second.yaml", Test.Replace("smoke", "load", StringComparison.Ordinal))]);

        Assert.AreNotEqual(whole, Of(Files));
    }

    [TestMethod, Timeout(60_000)]
    public void DifferWithClusterAndVersion()
    {
        Assert.AreNotEqual(Of(Files), VerdictCover.Of(Read(Files), Kontrakts.Settings, "1", "another").ToKey());
        Assert.AreNotEqual(Of(Files), VerdictCover.Of(Read(Files), Kontrakts.Settings, "2", "cluster").ToKey());
    }

    [TestMethod, Timeout(60_000)]
    public void DifferWithPropertiesThatDecide()
    {
        Assert.AreNotEqual(Of(Files), Of(Files, Kontrakts.Settings with { Timeout = TimeSpan.FromMinutes(11) }));
        Assert.AreNotEqual(Of(Files), Of(Files, Kontrakts.Settings with { MaxRestarts = 4 }));
        Assert.AreNotEqual(Of(Files), Of(Files, Kontrakts.Settings with { UnschedulableGrace = TimeSpan.Zero }));
        Assert.AreNotEqual(Of(Files), Of(Files, Kontrakts.Settings with { PodSecurity = PodSecurityLevel.Restricted }));
    }

    /// <summary>All settings: those that decide a verdict make another cover, those that do not make none. Which are which: docs/cache.md.</summary>
    [TestMethod, Timeout(60_000)]
    public void DifferWithASettingExactlyWhereItDecides()
    {
        var unset = Of(Files, SettingsReader.Read(new Dictionary<string, string?>(), "/"));

        var wrong = from sample in SettingSamples.All
                    let differs = Of(Files, SettingsReader.Read(new Dictionary<string, string?> { [sample.Setting.Name] = sample.Text }, "/")) != unset
                    where differs != (sample.Setting.Decides == Decides.Verdict)
                    select $"{sample.Setting.Name} decides {sample.Setting.Decides}, and the cover {(differs ? "differs" : "is the same")}";

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("secret.yaml", DisplayName = "an object")]
    [DataRow("secret.assert.yaml", DisplayName = "an assertion")]
    public void HoldNoPlainHashOfASecret(string file)
    {
        var manifests = Read([.. Files, (file, Secret("hunter2"))]);
        var json = manifests.Objects.Concat(manifests.Assertions).Single(manifest => manifest.Object.Kind == "Secret").Object.Json.ToJsonString();

        var cover = VerdictCover.Of(manifests, Kontrakts.Settings, "1", "cluster");

        Assert.DoesNotContain(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))), cover.ToText());
        Assert.DoesNotContain("hunter2", cover.ToText());
        Assert.StartsWith("pbkdf2-sha256:100000:", cover.Secrets);
        Assert.Contains($"\"secrets\": \"{cover.Secrets}\"", cover.ToText());
        Assert.DoesNotContain("\"secrets\"", VerdictCover.Of(Read(Files), Kontrakts.Settings, "1", "cluster").ToText());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("secret.yaml"), DataRow("secret.assert.yaml")]
    public void DifferWithTheSecrets(string file)
    {
        var one = Of([.. Files, (file, Secret("hunter2"))]);

        Assert.AreEqual(one, Of([.. Files, (file, "# a comment\n" + Secret("hunter2"))]));
        Assert.AreNotEqual(one, Of([.. Files, (file, Secret("hunter3"))]));
        Assert.AreNotEqual(one, Of(Files));
    }

    [TestMethod, Timeout(60_000)]
    public void DoNotShowThatTwoKontraktsHaveTheSameSecret()
    {
        var one = VerdictCover.Of(Read([.. Files, ("secret.yaml", Secret("hunter2"))]), Kontrakts.Settings, "1", "cluster");
        var other = VerdictCover.Of(Read([.. Files[..2], ("secret.yaml", Secret("hunter2"))]), Kontrakts.Settings, "1", "cluster");

        Assert.AreNotEqual(one.Secrets, other.Secrets);
    }

    private static string Secret(string value) => $"apiVersion: v1\nkind: Secret\nmetadata: {{name: login}}\nstringData: {{password: {value}}}\n";

    private static string Of((string, string)[] files, KontraktSettings? settings = null) => VerdictCover.Of(Read(files), settings ?? Kontrakts.Settings, "1", "cluster").ToKey();
}
