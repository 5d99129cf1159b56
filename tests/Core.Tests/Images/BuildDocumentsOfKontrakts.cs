using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Images;

/// <summary>Documents of build.knative.dev in kontrakts: what is built by them, and what is asserted of them.</summary>
[TestClass]
public sealed class BuildDocumentsOfKontrakts : IDisposable
{
    private const string Head = "apiVersion: build.knative.dev/v1alpha1\n";
    private const string Test = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: 'registry.example/x:1'}]}\n";
    private const string Spec = "spec: {steps: [{image: executor, args: ['--destination=${KO_DOCKER_REPO}/made:${kontrakt.sourceReference}']}]}";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("made.assert.yaml")]
    [DataRow("made.error.yaml")]
    public async Task InAssertionsAreAssertionsWithExpressions(string name)
    {
        _folder.Write("k-kontrakt/test.yaml", Test.Replace("registry.example/x:1", "template://function-template?IMAGE=registry.example/x:1&HANDLER=h&source=.", StringComparison.Ordinal));
        _folder.Write($"k-kontrakt/{name}", Head + "kind: Build\nmetadata: {name: made}\nstatus: {steps: !cel self > 1}\n");

        var listing = await TestListing.ReadAsync(Settings, "list", new RecordedLog(), CancellationToken.None);

        Assert.AreEqual("", string.Join('\n', listing.Problems));
        Assert.AreEqual("build/made", string.Join(' ', listing.Kontrakts.Single().Assertions.Select(assertion => assertion.Title)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("List")]
    [DataRow("BuildList", DisplayName = "a list of its own kind")]
    public async Task InListsAreBuilt(string kind)
    {
        _folder.Write("k-kontrakt/test.yaml", Test);
        _folder.Write("k-kontrakt/build.yaml", $"{Head}kind: {kind}\nitems:\n- {{apiVersion: build.knative.dev/v1alpha1, kind: Build, metadata: {{name: b}}, {Spec}}}\n");

        var run = (await new KontraktRuns(Settings, new RecordedLog()).BeginAsync([], CancellationToken.None)).Run.Record;

        Assert.AreEqual("made", string.Join(' ', run.Builds.Select(build => build.Name)));
    }

    private KontraktSettings Settings => new() { Directory = _folder.Path, RunsDirectory = _folder.At("obj"), Repository = "localhost:5000/demo", SourceReference = "abc" };
}
