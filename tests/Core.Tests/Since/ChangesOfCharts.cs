namespace Kontrakt.Tests.Since;

/// <summary>A kontrakt with a chart has changed if any file of the chart has, or what a link in it leads to.</summary>
[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed class ChangesOfCharts : IDisposable
{
    private readonly Commit _commit = new();

    public void Dispose() => _commit.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("k1/kontrakt/Chart.yaml")]
    [DataRow("k1/kontrakt/values.yaml")]
    [DataRow("k1/kontrakt/k1.values.yaml")]
    [DataRow("k1/kontrakt/templates/_helpers.tpl")]
    [DataRow("k1/kontrakt/templates/new.yaml")]
    [DataRow("k1/kontrakt/files/data.bin")]
    [DataRow("k1/kontrakt/charts/db-1.0.0.tgz")]
    [DataRow("k1/kontrakt/.helmignore")]
    [DataRow("charts/web/templates/web.yaml", DisplayName = "behind a link")]
    [DataRow("charts/lib/values.yaml", DisplayName = "behind a link in what a link leads to")]
    [DataRow(".tool-versions", DisplayName = "helm's version")]
    public void AreOfItsFiles(string changed)
    {
        Make();

        Assert.AreEqual("", _commit.Changed("k1"), _commit.Log.Text);
        _commit.Change(changed);

        Assert.AreEqual("k1", _commit.Changed("k1"), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreNotOfOtherCharts()
    {
        Make();

        _commit.Change("charts/other/values.yaml");

        Assert.AreEqual("", _commit.Changed("k1"), _commit.Log.Text);
    }

    private void Make()
    {
        foreach (var file in new[] { "Chart.yaml", "values.yaml", "k1.values.yaml", "templates/_helpers.tpl", "files/data.bin", "charts/db-1.0.0.tgz", ".helmignore" })
            _commit.Write("k1/kontrakt/" + file, "a: b\n");
        foreach (var file in new[] { "web/templates/web.yaml", "lib/values.yaml", "other/values.yaml" })
            _commit.Write("charts/" + file, "a: b\n");
        _commit.Write(".tool-versions", "helm 4.1.4\n");
        _commit.Link("k1/kontrakt/charts/web", "../../../charts/web");
        _commit.Link("charts/web/charts/lib", "../../lib");
        _commit.Git.Commit();
    }
}
