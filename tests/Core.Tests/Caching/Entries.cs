using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using static Kontrakt.Tests.Caching.Kontrakts;

namespace Kontrakt.Tests.Caching;

/// <summary>Kept verdicts in a folder that may hold anything.</summary>
[TestClass]
public sealed class Entries
{
    private static readonly VerdictCover Cover = VerdictCover.Of(Read(("test.yaml", Test)), Kontrakts.Settings, "1", "cluster");
    private static readonly VerdictCover Other = VerdictCover.Of(Read(("test.yaml", Test)), Kontrakts.Settings, "2", "cluster");
    private static readonly string[] Tests = ["pod/smoke"];

    private readonly Lines _log = new();

    [TestMethod, Timeout(60_000)]
    [DataRow("abc"), DataRow(null)]
    public void AreFoundAgain(string? sourceReference)
    {
        using var folder = new TempFolder();

        Cache(folder).Save(Entry(Cover, sourceReference));
        var found = Cache(folder).Find(Cover, Tests);

        Assert.AreEqual("20261120-050000-ab12", found?.Passed.Run);
        Assert.IsNull(Cache(folder).Find(Other, Tests));
        Assert.AreEqual("", _log.Text);
        Assert.AreEqual($"{Cover.ToKey()}.json", Path.GetFileName(Directory.GetFiles(folder.At("shared")).Single()));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", "JSON")]
    [DataRow("{ nonsense", "")]
    [DataRow("null", "not an entry that this version knows")]
    [DataRow("{}", "")]
    [DataRow("[1]", "")]
    [DataRow("\0\0\0", "")]
    public void ThatAreDamagedAreIgnoredAndSaid(string text, string why)
    {
        using var folder = new TempFolder();
        folder.Write($"shared/{Cover.ToKey()}.json", text);

        Assert.IsNull(Cache(folder).Find(Cover, Tests));

        Assert.HasCount(1, _log.Said);
        Assert.Contains("is ignored: ", _log.Text);
        Assert.Contains(why, _log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void OfSomethingElseUnderThisNameAreIgnored()
    {
        using var folder = new TempFolder();
        Cache(folder).Save(Entry(Other));
        File.Move(folder.At($"shared/{Other.ToKey()}.json"), folder.At($"shared/{Cover.ToKey()}.json"));

        Assert.IsNull(Cache(folder).Find(Cover, Tests));
        Assert.Contains("it covers something else than its name says", _log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void WhoseTextWasChangedAreIgnored()
    {
        using var folder = new TempFolder();
        Cache(folder).Save(Entry(Cover));
        var file = folder.At($"shared/{Cover.ToKey()}.json");

        File.WriteAllText(file, File.ReadAllText(file).Replace("\"version\": \"1\"", "\"version\": \"9\"", StringComparison.Ordinal));
        Assert.IsNull(Cache(folder).Find(Cover, Tests));

        Cache(folder).Save(Entry(Cover));
        File.WriteAllText(file, File.ReadAllText(file).Replace("pod/smoke\",\n        \"seconds", "pod/other\",\n        \"seconds", StringComparison.Ordinal));
        Assert.IsNull(Cache(folder).Find(Cover, Tests));
        Assert.Contains("its tests are not those of the kontrakt", _log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreTakenAwayByAFailure()
    {
        using var folder = new TempFolder();
        Cache(folder).Save(Entry(Cover));

        Cache(folder).Remove(Cover);
        Cache(folder).Remove(Other);

        Assert.IsNull(Cache(folder).Find(Cover, Tests));
        Assert.AreEqual("", _log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void ThatManyWriteAndReadAtOnceAreAlwaysWhole()
    {
        using var folder = new TempFolder();
        Cache(folder).Save(Entry(Cover));

        Parallel.For(0, 200, at =>
        {
            if (at % 2 == 0)
                Cache(folder).Save(Entry(Cover));
            else
                Assert.IsNotNull(Cache(folder).Find(Cover, Tests));
        });

        Assert.AreEqual("", _log.Text);
        Assert.HasCount(1, Directory.GetFiles(folder.At("shared")));
    }

    [TestMethod, Timeout(60_000)]
    public void ThatCannotBeWrittenAreSaidOnce()
    {
        using var folder = new TempFolder();
        folder.Write("shared", "a file where the folder should be");
        var cache = Cache(folder);

        cache.Save(Entry(Cover));
        cache.Save(Entry(Other));

        Assert.HasCount(1, _log.Said);
        Assert.Contains("cannot be written", _log.Text);
    }

    private static VerdictEntry Entry(VerdictCover cover, string? sourceReference = "abc") =>
        VerdictEntry.Of(cover, new("20261120-050000-ab12", new(2026, 11, 20, 5, 0, 0, TimeSpan.Zero), 1.5, [new("pod/smoke", 1)], sourceReference));

    private VerdictCache Cache(TempFolder folder) => new(folder.At("shared"), _log);

    /// <summary>What was said.</summary>
    private sealed class Lines : IRunLog
    {
        public List<string> Said { get; } = [];

        public string Text => string.Join('\n', Said);

        public void Report(RunEvent runEvent)
        {
            lock (Said)
                Said.Add(runEvent.ToString());
        }
    }
}
