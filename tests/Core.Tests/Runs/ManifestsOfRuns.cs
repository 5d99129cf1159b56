using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Images;

namespace Kontrakt.Tests.Runs;

/// <summary>A process reads a manifest once, whichever of its steps need it, unless it has changed.</summary>
[TestClass]
public sealed class ManifestsOfRuns
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}, annotations: {commit: '${kontrakt.sourceReference}'}}\nspec: {containers: [{name: main, image: 'registry.example/x:1'}]}\n";

    [TestMethod, Timeout(60_000)]
    public async Task AreNotReadAgainByLaterSteps()
    {
        using var folder = new TempFolder();
        var file = folder.Write("k-kontrakt/test.yaml", Pod);
        var run = (await new KontraktRuns(Settings(folder), new RecordedLog()).BeginAsync([], CancellationToken.None)).Run;
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "this is: not: yaml".PadRight(Pod.Length));
        File.SetLastWriteTimeUtc(file, time); // By its length and time it is as it was.

        await run.ResolveAsync(CancellationToken.None);

        Assert.AreEqual(Pod.Replace("${kontrakt.sourceReference}", "abc", StringComparison.Ordinal), File.ReadAllText(Resolved(run)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreReadAgainWhenTheyHaveChanged()
    {
        using var folder = new TempFolder();
        var file = folder.Write("k-kontrakt/test.yaml", Pod);
        var run = (await new KontraktRuns(Settings(folder), new RecordedLog()).BeginAsync([], CancellationToken.None)).Run;
        File.WriteAllText(file, Pod + "# edited while images were built\n");

        await run.ResolveAsync(CancellationToken.None);

        Assert.Contains("# edited", File.ReadAllText(Resolved(run)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreReadByStepsInAProcessOfTheirOwn()
    {
        using var folder = new TempFolder();
        folder.Write("k-kontrakt/test.yaml", Pod);
        await new KontraktRuns(Settings(folder), new RecordedLog()).BeginAsync([], CancellationToken.None);
        var run = new KontraktRuns(Settings(folder), new RecordedLog()).Open(null, RunStep.Build);

        await run.ResolveAsync(CancellationToken.None);

        Assert.Contains("commit: 'abc'", File.ReadAllText(Resolved(run)));
    }

    private static string Resolved(OpenRun run) =>
        run.Record.Kontrakts.Single().Files.Single().Resolved ?? throw new InvalidOperationException($"it is {run.Record.Kontrakts.Single().State}");

    private static KontraktSettings Settings(TempFolder folder) => new() { Directory = folder.Path, RunsDirectory = folder.At("obj"), SourceReference = "abc" };
}
