using System.Reflection;
using Kontrakt.Settings;
using Kontrakt.Testing;
using Kontrakt.Tests;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Requests;

namespace Testing.Tests;

/// <summary>What a test window or dotnet test asks for, of what there is.</summary>
[TestClass]
public sealed class Selections
{
    private static readonly string Tests = string.Join("\n---\n", Pod("both", "fast", "one", "two"), Pod("load", "slow", "main"));

    private readonly string folder = Directory.CreateTempSubdirectory("testing-tests-").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Make()
    {
        Write("orders.kontrakt/test.yaml", Tests);
        Write("orders.kontrakt/ready (1).assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: both}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: both}\nstatus: {phase: Running}\n");
        Write("Kontrakt Ümlaut+[x]/test.yaml", Pod("smoke", "fast", "main"));
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod, Timeout(60_000)]
    public async Task OfEverythingIsTheWholeTree()
    {
        var all = await SelectAsync(new NoFilter());

        Assert.AreEqual(string.Join('\n',
            "kontrakt-mlaut-x",
            "kontrakt-mlaut-x/pod/smoke",
            "orders-kontrakt",
            "orders-kontrakt/pod/both/one",
            "orders-kontrakt/pod/both/two",
            "orders-kontrakt/pod/load",
            "orders-kontrakt/ready (1).assert.yaml/pod/both",
            "orders-kontrakt/ready (1).assert.yaml/pod/both#2"), Names(all));
        CollectionAssert.AreEqual(new[] { "kontrakt-mlaut-x", "orders-kontrakt" }, all.Kontrakts.ToArray());
    }

    /// <summary>Each line can be asked for by its id, and brings its kontrakt and nothing else.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task ByIdIsATestAndItsKontrakt()
    {
        foreach (var entry in (await SelectAsync(new NoFilter())).Entries.Where(entry => entry.Name is not null))
            Assert.AreEqual($"{entry.Kontrakt}\n{entry.FullName}", Names(await SelectAsync(ById(Nodes.Of(entry, DiscoveredTestNodeStateProperty.CachedInstance).Uid.Value))));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ByTheIdOfAKontraktIsAllOfIt()
    {
        Assert.AreEqual("kontrakt-mlaut-x\nkontrakt-mlaut-x/pod/smoke", Names(await SelectAsync(ById("kontrakt-mlaut-x"))));
        Assert.AreEqual("kontrakt-mlaut-x\nkontrakt-mlaut-x/pod/smoke\norders-kontrakt\norders-kontrakt/pod/load", Names(await SelectAsync(ById("orders-kontrakt/pod/load", "kontrakt-mlaut-x"))));
        Assert.AreEqual("", Names(await SelectAsync(ById("orders-kontrakt/pod"))), "no part of an id is one");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/**", 8)]
    [DataRow("/orders*/**", 6)]
    [DataRow("/orders-kontrakt", 6, DisplayName = "a kontrakt brings its tests")]
    [DataRow("/orders-kontrakt/pod/**", 4)]
    [DataRow("/orders-kontrakt/pod/both/*", 3)]
    [DataRow("/*/pod/smoke", 2)]
    [DataRow("/orders-kontrakt/ready*/**", 3)]
    [DataRow("/**[tier=slow]", 2)]
    [DataRow("/nothing/**", 0)]
    public async Task ByATreesPathIsWhatItMeans(string path, int expected) =>
        Assert.HasCount(expected, (await SelectAsync(Tree(path))).Entries, Names(await SelectAsync(Tree(path))));

    [TestMethod, Timeout(60_000)]
    public async Task NodesHaveTheirLabelsTheirPlaceAndTheirParent()
    {
        var entries = (await SelectAsync(new NoFilter())).Entries;
        var two = entries.Single(entry => entry.FullName == "orders-kontrakt/pod/both/two");

        var node = Nodes.Of(two, DiscoveredTestNodeStateProperty.CachedInstance);
        var place = node.Properties.Single<TestFileLocationProperty>();

        Assert.AreEqual(two.FullName, node.DisplayName);
        Assert.AreEqual("kontrakt=test tier=fast", string.Join(' ', node.Properties.OfType<TestMetadataProperty>().Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal)));
        Assert.AreEqual((Path.Combine(folder, "orders.kontrakt/test.yaml"), 11), (place.FilePath, place.LineSpan.Start.Line));
        Assert.AreEqual("orders-kontrakt", Nodes.ParentOf(two)?.Value);
        Assert.IsNull(Nodes.ParentOf(entries[0]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task WhatCannotBeReadIsANodeThatCanBeAskedFor()
    {
        Write("broken-kontrakt/test.yaml", "not: [yaml");

        var all = await SelectAsync(new NoFilter());
        var one = await SelectAsync(ById("orders-kontrakt/pod/load"));
        var broken = await SelectAsync(ById(Nodes.UidOf(all.Problems.Single())));

        Assert.HasCount(8, all.Entries);
        Assert.AreEqual("KTR1001", all.Problems.Single().Code);
        Assert.IsEmpty(one.Problems, "what was asked for can be read");
        Assert.IsEmpty(broken.Entries);
        Assert.HasCount(1, broken.Problems);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AnnotationThatCannotBeMeantIsAProblemOfItsKontraktAlone()
    {
        Write("orders.kontrakt/test.yaml", Tests.Replace("  labels: {kontrakt: test, tier: slow}", "  labels: {kontrakt: test, tier: slow}\n  annotations: {kontrakt/container: none}"));

        var all = await SelectAsync(new NoFilter());

        Assert.AreEqual("kontrakt-mlaut-x\nkontrakt-mlaut-x/pod/smoke", Names(all));
        Assert.AreEqual("KTR1019", all.Problems.Single().Code);
    }

    private async Task<Selection> SelectAsync(ITestExecutionFilter filter) =>
        await Selection.ReadAsync(new KontraktSettings { Directory = folder, RunsDirectory = Path.Combine(folder, "obj") }, filter, new Lines(), TestContext.CancellationToken);

    private static string Names(Selection selection) => string.Join('\n', selection.Entries.Select(entry => entry.FullName));

    private static TestNodeUidListFilter ById(params string[] ids) => new([.. ids.Select(id => new TestNodeUid(id))]);

    /// <summary>The platform alone makes these, of its option --treenode-filter.</summary>
    private static ITestExecutionFilter Tree(string path) =>
        (ITestExecutionFilter)typeof(TreeNodeFilter).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [typeof(string)])!.Invoke([path]);

    private static string Pod(string name, string tier, params string[] containers) =>
        $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels: {{kontrakt: test, tier: {tier}}}\nspec:\n  restartPolicy: Never\n  containers:\n"
        + string.Concat(containers.Select(container => $"    - name: {container}\n      image: a\n"));

    private void Write(string relative, string text)
    {
        var file = Path.Combine(folder, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private sealed class NoFilter : ITestExecutionFilter;
}
