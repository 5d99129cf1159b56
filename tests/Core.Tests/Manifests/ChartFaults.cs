using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

/// <summary>What can go wrong with helm, with a stand-in for it.</summary>
[TestClass, OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public sealed class ChartFaults
{
    private const string Print = "cat ../output";

    [TestMethod, Timeout(60_000)]
    public async Task WithoutHelmIsAnErrorAtTheChart()
    {
        using var helm = new HelmStandIn(null);

        var error = await Fails(helm);

        Assert.AreEqual($"{helm.At("shop-kontrakt/Chart.yaml")}(1,1): error KTR1080: the chart could not be rendered: helm is not on the PATH. Install it; 'helm template' renders a chart.", error.ToString());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Error: shop/templates/web.yaml:4:18\n  executing \"shop/templates/web.yaml\" at <.Values.a.b>:\n    nil pointer", "templates/web.yaml(4,18)", DisplayName = "helm 4")]
    [DataRow("Error: template: shop/templates/web.yaml:4:18: executing", "templates/web.yaml(4,18)", DisplayName = "helm 3")]
    [DataRow("Error: execution error at (shop/templates/web.yaml:1:3): set it", "templates/web.yaml(1,3)", DisplayName = "required")]
    [DataRow("Error: parse error at (shop/templates/web.yaml:2): missing value for if", "templates/web.yaml(2,1)", DisplayName = "a template that cannot be read")]
    [DataRow("Error: YAML parse error on shop/templates/web.yaml: error converting YAML to JSON: yaml: line 4: oh", "templates/web.yaml(1,1)", DisplayName = "the line is that of the result")]
    [DataRow("Error: shop/charts/db/templates/db.yaml:7:1", "Chart.yaml(1,1)", DisplayName = "a chart in an archive")]
    [DataRow("level=INFO path=/a/shop/templates/web.yaml\nError: execution error at (shop/templates/web.yaml:3:3): no", "templates/web.yaml(3,3)", DisplayName = "behind what it logs")]
    [DataRow("", "Chart.yaml(1,1)", DisplayName = "without a word")]
    public async Task IsAtTheLineThatHelmNames(string says, string place)
    {
        using var helm = new HelmStandIn("cat ../output >&2; exit 1").Printing(says);
        helm.Folder.Write("shop-kontrakt/templates/web.yaml", "a: b");

        var error = await Fails(helm);

        Assert.AreEqual((helm.At("shop-kontrakt/" + place), "KTR1080"), (error.Location!.ToString(), error.Code));
        Assert.Contains(says.Length == 0 ? "exit code 1 and without a word" : says.Split('\n')[^1].Trim(), error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfDependenciesNamesTheCommandThatFetchesThem()
    {
        using var helm = new HelmStandIn("echo 'Error: found in Chart.yaml, but missing in charts/ directory: redis' >&2; exit 1");

        Assert.Contains("helm dependency build", (await Fails(helm)).Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task ShowsNoValue()
    {
        using var helm = new HelmStandIn("echo \"range can't iterate over hunter2-secret, map[a:first line of it], of shop\" >&2; exit 1");
        helm.Folder.Write("shop-kontrakt/values.yaml", "password: hunter2-secret\n");
        helm.Folder.Write("shop-kontrakt/kontrakt.values.yaml", "keys:\n- |\n  first line of it\n  second\n");

        Assert.Contains("range can't iterate over ***, map[a:***], of shop", (await Fails(helm)).Message);
    }

    /// <summary>A template can encode a value, Go prints numbers in its own way, and subcharts have values as well.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("aHVudGVyMi1zZWNyZXQ=")]
    [DataRow("1.2345678e+07")]
    [DataRow("12345678")]
    [DataRow("folder-secret")]
    [DataRow("deeper-secret")]
    [DataRow("packed-secret")]
    public async Task ShowsNoValueInAnyForm(string shown)
    {
        using var helm = new HelmStandIn($"echo \"wrong type for value: {shown} of shop\" >&2; exit 1");
        helm.Folder.Write("shop-kontrakt/values.yaml", "password: hunter2-secret\npin: 12345678\n");
        helm.Folder.Write("shop-kontrakt/charts/db/Chart.yaml", "name: db");
        helm.Folder.Write("shop-kontrakt/charts/db/charts/inner/Chart.yaml", "name: inner");
        helm.Folder.Write("shop-kontrakt/charts/db/templates/values.yaml", "{{ this is a template }}: [");
        helm.Folder.Write("shop-kontrakt/charts/db/values.yaml", "password: folder-secret\n");
        helm.Folder.Write("shop-kontrakt/charts/db/charts/inner/values.yaml", "password: deeper-secret\n");
        await PackAsync(helm.At("shop-kontrakt/charts/cache-1.0.0.tgz"), "cache/values.yaml", "password: packed-secret\n");

        var message = (await Fails(helm)).Message;

        Assert.Contains("wrong type for value: ***", message);
        Assert.DoesNotContain(shown, message);
    }

    private static async Task PackAsync(string archive, string name, string text)
    {
        await using var writer = new TarWriter(new GZipStream(File.Create(archive), CompressionLevel.Fastest));
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfValuesIsAtTheirLineBeforeHelmRuns()
    {
        using var helm = new HelmStandIn("touch ../started");
        helm.Folder.Write("shop-kontrakt/kontrakt.values.yaml", "a: b\nc: d: e\n");

        var error = await Fails(helm);

        Assert.AreEqual((helm.At("shop-kontrakt/kontrakt.values.yaml"), 2, "KTR1001"), (error.Location!.File, error.Location.Line, error.Code));
        Assert.IsFalse(File.Exists(helm.At("started")));
    }

    /// <summary>As in manifests: what cannot be read cannot be hidden either.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("values.yaml")]
    [DataRow("kontrakt.values.yaml")]
    public async Task OfValuesIsAlsoWhatIsNotText(string file)
    {
        using var helm = new HelmStandIn("touch ../started");
        helm.Folder.Write($"shop-kontrakt/{file}", "");
        File.WriteAllBytes(helm.At($"shop-kontrakt/{file}"), [.. "a: b\nc: "u8, 0xff, .. "\n"u8]);

        var error = await Fails(helm);

        Assert.AreEqual((helm.At($"shop-kontrakt/{file}"), 2, 4, "KTR1001"), (error.Location!.File, error.Location.Line, error.Location.Column, error.Code));
        Assert.Contains("bytes that are not UTF-8", error.Message);
        Assert.IsFalse(File.Exists(helm.At("started")));
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfValuesIsAlsoTheirSize()
    {
        using var helm = new HelmStandIn("touch ../started");
        helm.Folder.Write("shop-kontrakt/values.yaml", $"a: {new string('b', Kontrakt.Kubernetes.Yaml.YamlFile.MaxLength)}\n");

        var error = await Fails(helm);

        Assert.AreEqual((helm.At("shop-kontrakt/values.yaml"), "KTR1003"), (error.Location!.File, error.Code));
        Assert.IsFalse(File.Exists(helm.At("started")));
    }

    [TestMethod, Timeout(60_000)]
    public async Task EndsAHelmThatHangsWithWhatItStarted()
    {
        using var helm = new HelmStandIn("sleep 1000 & echo $! >../pid; wait", TimeSpan.FromSeconds(2));

        Assert.Contains("it did not end within 2 s", (await Fails(helm)).Message);

        using var sleep = Find(File.ReadAllText(helm.At("pid")));
        if (sleep is not null)
            await sleep.WaitForExitAsync(CancellationToken.None);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("<html>Sign in</html>\n", "KTR1004", DisplayName = "text")]
    [DataRow("a: b: c\n", "KTR1001", DisplayName = "no YAML")]
    [DataRow("---\n# Source: shop/templates/web.yaml\nkind: Pod\n", "KTR1004", DisplayName = "no object")]
    public async Task OfItsOutputIsFoundWhenThatIsRead(string output, string code)
    {
        using var helm = new HelmStandIn(Print).Printing(output);
        var folder = await helm.RenderAsync();

        var error = Assert.ThrowsExactly<KontraktException>(() => ManifestReader.Read(folder));

        Assert.AreEqual(code, error.Diagnostics[0].Code, error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("\n\n")]
    public async Task IsAnOutputWithoutObjects(string output)
    {
        using var helm = new HelmStandIn(Print).Printing(output);

        Assert.Contains("helm prints no object", (await Fails(helm)).Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("../../escaped.yaml")]
    [DataRow("/tmp/kontrakt-escaped.yaml")]
    [DataRow("shop/./templates/a.yaml")]
    public async Task NamesOfTemplatesLeadNowhereElse(string name)
    {
        using var helm = new HelmStandIn(Print).Printing($"---\n# Source: {name}\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n");

        var folder = await helm.RenderAsync();

        Assert.AreEqual(helm.At($"out/{folder.Name}.rendered/output.yaml"), folder.Files.Single());
    }

    private static async Task<Diagnostic> Fails(HelmStandIn helm) => (await Assert.ThrowsExactlyAsync<KontraktException>(() => helm.RenderAsync())).Diagnostics.Single();

    private static Process? Find(string pid)
    {
        try
        {
            return Process.GetProcessById(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
