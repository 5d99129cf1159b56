using Kontrakt.Git;
using Kontrakt.Manifests;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Caching;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Since;

/// <summary>What a run wrote where its settings said so is no source for later commands either, which have other settings; what a person makes of it is.</summary>
[TestClass]
public sealed class FilesThatRunsWrote : IDisposable
{
    private readonly GitFolder _git = new();
    private readonly ListLog _log = new();

    [TestInitialize]
    public void Make()
    {
        _git.Files.Write("a.txt", "a");
        _git.Files.Write("src/Api/Api.csproj", "<Project />");
        _git.Files.Write("src/Web/Web.csproj", "<Project />");
        _git.Commit();
    }

    public void Dispose() => _git.Dispose();

    [TestMethod, Timeout(120_000)]
    public void DoNotCountWhereTheSettingIsGone()
    {
        var before = Reference();

        WriteReports();
        new PipelineResults(Plain() with { Results = At("results") }, _log).WriteNone();
        SaveVerdict("verdicts");

        Assert.IsTrue(File.Exists(At("out/junit.xml")) && File.Exists(At("out/report.html")) && File.Exists(At("results/IMAGES")) && Directory.GetFiles(At("verdicts")) is [_]);
        Assert.AreEqual(before, Reference(), _log.Text);
        Assert.IsEmpty(Changed(), _log.Text);
    }

    /// <summary>A run writes its reports again and again; those of another process see the earlier ones until the new ones are in their place.</summary>
    [TestMethod, Timeout(120_000)]
    public void DoNotCountAtAnyMoment()
    {
        var before = Reference();
        WriteReports();
        var earlier = File.ReadAllBytes(At("out/junit.xml"));

        new WrittenFiles(Plain().RunsDirectory, _git.Root).Note(At("out/junit.xml"), "the next"u8, _log);

        Assert.AreEqual(before, Reference(), "the earlier one");
        File.WriteAllText(At("out/junit.xml"), "the next");
        Assert.AreEqual(before, Reference(), "the next one");
        File.WriteAllBytes(At($"out/junit.xml.{Guid.NewGuid():N}.tmp"), earlier[..^20]);
        Assert.AreEqual(before, Reference(), "what a process left that was killed while it wrote");
    }

    [TestMethod, Timeout(120_000)]
    public void CountWhereSomebodyHasChangedThem()
    {
        WriteReports();
        var seen = new HashSet<string> { Reference() };

        File.AppendAllText(At("out/report.html"), "by hand");
        Assert.IsTrue(seen.Add(Reference()), "changed");
        CollectionAssert.AreEqual(new[] { At("out/report.html") }, Changed());

        File.AppendAllText(At("out/report.html"), "again");
        Assert.IsTrue(seen.Add(Reference()), "changed again");
        File.WriteAllText(At("out/other.html"), "x");
        Assert.IsTrue(seen.Add(Reference()), "another file beside them");
    }

    [TestMethod, Timeout(120_000)]
    public void CountWhereTheyAreTracked()
    {
        WriteReports();
        _git.Git("add", "out");
        _git.Git("commit", "-qm", "reports");
        var before = Reference();
        Assert.MatchesRegex("^[0-9a-f]{40}$", before);

        File.AppendAllText(At("out/report.html"), "by hand");
        Assert.AreNotEqual(before, Reference(), "changed by hand");

        WriteReports();
        _git.Git("checkout", "-q", "out/report.html");
        File.WriteAllText(At("out/junit.xml"), "x");
        Assert.AreNotEqual(before, Reference(), "tracked, whoever wrote it");
    }

    [TestMethod, Timeout(120_000)]
    public void DoNotCountForAnotherProjectOfTheRepository()
    {
        var (api, web) = (Project("src/Api"), Project("src/Web"));
        var before = SourceReference.Resolve(web, new Dictionary<string, string>());

        Write(api with { Trx = At("src/Api/run.trx") });

        Assert.IsTrue(File.Exists(At("src/Api/run.trx")));
        Assert.AreEqual(before, SourceReference.Resolve(web, new Dictionary<string, string>()), _log.Text);
        File.WriteAllText(At("src/Api/run.trx"), "by hand");
        Assert.AreNotEqual(before, SourceReference.Resolve(web, new Dictionary<string, string>()));
    }

    [TestMethod, Timeout(120_000)]
    public void AreWrittenAlsoWhereTheyCannotBeNoted()
    {
        _git.Files.Write("obj/kontrakt/written", "a file where a folder has to be");
        _git.Files.Write("obj/kontrakt/.gitignore", "*\n");
        var before = Reference();

        WriteReports();

        Assert.IsTrue(File.Exists(At("out/junit.xml")));
        Assert.AreNotEqual(before, Reference(), "in doubt they count");
        Assert.Contains("without a note", _log.Text);
        Assert.IsEmpty(_log.Diagnostics, _log.Text);
    }

    private string At(string name) => _git.Files.At(name);

    private KontraktSettings Plain() => Project("");

    private KontraktSettings Project(string folder) => new() { Directory = At(folder), RunsDirectory = At(Path.Combine(folder, "obj/kontrakt")) };

    private string Reference() => SourceReference.Resolve(Plain(), new Dictionary<string, string>());

    private List<string> Changed() => [.. GitChanges.Since(_git.Root, "HEAD", OwnFiles.Of(Plain())).Paths];

    private void WriteReports() => Write(Plain() with { JUnit = At("out/junit.xml"), Html = At("out/report.html") });

    private void Write(KontraktSettings settings) => RunReports.Write(settings, RunReport.Of(settings, null, null, []), _log, CancellationToken.None);

    private void SaveVerdict(string folder)
    {
        var cover = VerdictCover.Of(Kontrakts.Read(("test.yaml", Kontrakts.Test)), Plain(), "1", "cluster");
        new VerdictCache(At(folder), _log, new(Plain().RunsDirectory, _git.Root)).Save(VerdictEntry.Of(cover, new("20261120-050000-ab12", DateTimeOffset.UnixEpoch, 1, [], null, null)));
    }
}
