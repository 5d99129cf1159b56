using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Runs;

/// <summary>What a test window shows of a kontrakt.</summary>
[TestClass]
public sealed class Entries
{
    private const string Tests = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: both
          labels: {kontrakt: test, tier: fast}
        spec:
          initContainers:
            - {name: first, image: a}
          containers:
            - {name: one, image: a}
            - {name: two, image: a}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate}
        spec:
          template:
            metadata:
              labels: {kontrakt: test, tier: slow}
              annotations: {kontrakt/container: main}
            spec:
              containers:
                - {name: main, image: a}
                - {name: proxy, image: a}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: api}
        spec:
          containers: [{name: api, image: a}]
        """;

    [TestMethod, Timeout(60_000)]
    public void AreAKontraktItsDecidingContainersAndItsAssertions()
    {
        using var root = new TempFolder();

        var entries = Read(root, ("a.yaml", Tests), ("b.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nstatus: {phase: Running}\n"), ("c.error.yaml", "apiVersion: v1\nkind: Event\ntype: Warning\n"));

        Assert.AreEqual("k; k/pod/both/one; k/pod/both/two; k/job/migrate; k/b.assert.yaml/pod/api; k/c.error.yaml/event", string.Join("; ", entries.Select(entry => entry.FullName)));
        Assert.AreEqual("-; pod/both; pod/both; job/migrate; -; -", string.Join("; ", entries.Select(entry => entry.Test ?? "-")));
        Assert.AreEqual("10 10 11 18 1 1", string.Join(' ', entries.Select(entry => entry.Location.Line)));
        Assert.AreEqual("kontrakt=test tier=fast tier=slow", string.Join(' ', entries[0].Labels.Select(label => $"{label.Key}={label.Value}")));
        Assert.AreEqual("kontrakt=test tier=slow", string.Join(' ', entries[3].Labels.Select(label => $"{label.Key}={label.Value}")));
    }

    [TestMethod, Timeout(60_000)]
    public void HaveNamesOfTheirOwn()
    {
        using var root = new TempFolder();
        const string assertion = "apiVersion: v1\nkind: Pod\nmetadata: {name: both}\n";

        var entries = Read(root, ("a.yaml", Tests), ("b.assert.yaml", $"{assertion}---\n{assertion}"));

        Assert.AreEqual("k/b.assert.yaml/pod/both; k/b.assert.yaml/pod/both#2", string.Join("; ", entries.TakeLast(2).Select(entry => entry.FullName)));
    }

    private static IReadOnlyList<TestEntry> Read(TempFolder root, params (string Name, string Text)[] files) =>
        TestEntry.Of(ManifestReader.Read(new("k", root.Path, [.. files.Select(file => root.Write(file.Name, file.Text))], null)));
}
