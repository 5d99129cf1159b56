using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Images;
using Kontrakt.Tests.Manifests;

namespace Kontrakt.Tests.Runs;

/// <summary>A process reads a manifest once, whichever of its steps need it.</summary>
[TestClass]
public sealed class ManifestsOfRuns
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}, annotations: {commit: '${kontrakt.sourceReference}'}}\nspec: {containers: [{name: main, image: 'registry.example/x:1'}]}\n";

    [TestMethod, Timeout(60_000)]
    public async Task AreNotReadAgainByLaterSteps()
    {
        using var folder = new TempFolder();
        var file = folder.Write("k-kontrakt/test.yaml", Pod);
        var steps = new KontraktSteps(Settings(folder), new RecordedLog());
        var run = (await steps.DiscoverAsync([], CancellationToken.None)).Run.Id;
        File.WriteAllText(file, "this is: not: yaml");

        await steps.ResolveAsync(run, CancellationToken.None);

        Assert.AreEqual(Pod.Replace("${kontrakt.sourceReference}", "abc", StringComparison.Ordinal), File.ReadAllText(Resolved(folder, run)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreReadByStepsInAProcessOfTheirOwn()
    {
        using var folder = new TempFolder();
        folder.Write("k-kontrakt/test.yaml", Pod);
        var run = (await new KontraktSteps(Settings(folder), new RecordedLog()).DiscoverAsync([], CancellationToken.None)).Run.Id;

        await new KontraktSteps(Settings(folder), new RecordedLog()).ResolveAsync(run, CancellationToken.None);

        Assert.Contains("commit: 'abc'", File.ReadAllText(Resolved(folder, run)));
    }

    private static string Resolved(TempFolder folder, string run)
    {
        var kontrakt = RunStore.Open(folder.At("obj"), run, "KontraktResolve").Record.Kontrakts.Single();
        return kontrakt.Files.Single().Resolved ?? throw new InvalidOperationException($"it is {kontrakt.State}");
    }

    private static KontraktSettings Settings(TempFolder folder) => new() { Directory = folder.Path, RunsDirectory = folder.At("obj"), SourceReference = "abc" };
}
