using System.Diagnostics;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class Discovery
{
    private static string Show(TempFolder root, IEnumerable<KontraktFolder> found) => string.Join("; ", found.Select(folder =>
        $"{folder.Name}: {string.Join(' ', folder.Files.Append(folder.RenderedFrom).OfType<string>().Select(file => Path.GetRelativePath(root.Path, file).Replace('\\', '/')))}"));

    [TestMethod, Timeout(60_000)]
    public void FindsFoldersByNameInAnyCase()
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "a/my-kontrakt/x.yaml", "b/KontraktS2/x.yml", "c/ingress-tls-local-kontrakt/x.json", "d/contract/x.yaml", "e/kontrakt-empty/x.txt" })
            root.Write(file, "{\"kind\": \"Pod\"}");

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("my-kontrakt: a/my-kontrakt/x.yaml; kontrakts2: b/KontraktS2/x.yml; ingress-tls-local-kontrakt: c/ingress-tls-local-kontrakt/x.json", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void GivesFoldersBelowToTheNearestKontrakt()
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "x-kontrakt/b.yaml", "x-kontrakt/sub/deep/a.yaml", "x-kontrakt/sub/y-kontrakt/c.yaml", "x-kontrakt/README.md" })
            root.Write(file);

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("x-kontrakt: x-kontrakt/b.yaml x-kontrakt/sub/deep/a.yaml; y-kontrakt: x-kontrakt/sub/y-kontrakt/c.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kontrakts/a/x.yaml kontrakts/a/deep/y.yaml kontrakts/b/x.yaml kontrakts/README.md", "a: kontrakts/a/deep/y.yaml kontrakts/a/x.yaml; b: kontrakts/b/x.yaml")]
    [DataRow("E2E.Kontrakts/E2E.csproj E2E.Kontrakts/a/x.yaml E2E.Kontrakts/b-kontrakt/x.yaml E2E.Kontrakts/data/n.txt", "a: E2E.Kontrakts/a/x.yaml; b-kontrakt: E2E.Kontrakts/b-kontrakt/x.yaml")]
    [DataRow("kontrakts/x.yaml kontrakts/a/y.yaml", "root: kontrakts/a/y.yaml kontrakts/x.yaml", DisplayName = "with manifests itself it is one")]
    [DataRow("kontrakt/a/x.yaml kontrakt/b/y.yaml", "root: kontrakt/a/x.yaml kontrakt/b/y.yaml", DisplayName = "one of that name is one")]
    public void FindsEachFolderOfACollection(string files, string expected)
    {
        using var root = new TempFolder();
        foreach (var file in files.Split(' '))
            root.Write($"root/{file}");

        var found = KontraktDiscovery.Discover(root.At("root"));

        Assert.AreEqual(expected, Show(root, found).Replace("root/", "", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    public void SaysThatAFolderCannotBeOpenedByItsName()
    {
        using var root = new TempFolder();
        root.Write("x-kontrakt/a.yaml");
        Shell(root, "mkdir \"$(printf 'a\\377')\"");

        var error = Assert.ThrowsExactly<KontraktException>(() => KontraktDiscovery.Discover(root.Path));

        Shell(root, "rmdir a*");
        Assert.AreEqual("KTR1020", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Message, "its name is not UTF-8");
    }

    private static void Shell(TempFolder root, string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = root.Path })!;
        shell.WaitForExit();
        Assert.AreEqual(0, shell.ExitCode);
    }

    [TestMethod, Timeout(60_000)]
    public void LeavesOutJsonThatIsNoObject()
    {
        using var root = new TempFolder();
        root.Write("x-kontrakt/appsettings.json", "{\"Logging\": {}}");
        root.Write("x-kontrakt/pod.json", "{\"apiVersion\": \"v1\"}");
        root.Write("only-json-kontrakt/global.json", "{}");

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("x-kontrakt: x-kontrakt/pod.json", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(".git/HEAD")]
    [DataRow("Everything.sln")]
    [DataRow("Everything.slnx")]
    public void ACloneThatIsCalledKontraktIsNone(string mark)
    {
        using var root = new TempFolder();
        foreach (var file in new[] { $"Kontrakt.MSBuild/{mark}", "Kontrakt.MSBuild/mkdocs.yml", "Kontrakt.MSBuild/docs/x.yaml", "Kontrakt.MSBuild/e2e-kontrakt/a.yaml" })
            root.Write(file);

        var found = KontraktDiscovery.Discover(root.At("Kontrakt.MSBuild"));

        Assert.AreEqual("e2e-kontrakt: Kontrakt.MSBuild/e2e-kontrakt/a.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void SkipsWhatIsBuiltOrHidden()
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "bin/kontrakt/a.yaml", "Obj/kontrakt/a.yaml", "node_modules/kontrakt/a.yaml", ".git/kontrakt/a.yaml", "x-kontrakt/obj/a.yaml", "x-kontrakt/.b.yaml", "out/x-kontrakt/a.yaml", "x-kontrakt/a.yaml" })
            root.Write(file);

        var found = KontraktDiscovery.Discover(root.Path, root.At("out"));

        Assert.AreEqual("x-kontrakt: x-kontrakt/a.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void EndsWithLinksThatLoop()
    {
        using var root = new TempFolder();
        root.Write("x-kontrakt/a.yaml");
        root.Write("shared/b.yaml");
        Directory.CreateSymbolicLink(root.At("x-kontrakt/loop"), root.Path);
        Directory.CreateSymbolicLink(root.At("a-kontrakt"), root.At("x-kontrakt"));
        Directory.CreateSymbolicLink(root.At("self"), root.At("self"));

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("x-kontrakt: x-kontrakt/a.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("deploy/orders/b.yaml", "all-kontrakts/orders", "deploy/orders", "orders: all-kontrakts/orders/b.yaml", DisplayName = "one of a collection")]
    [DataRow("deploy/orders/b.yaml", "all-kontrakts", "deploy", "orders: all-kontrakts/orders/b.yaml", DisplayName = "a collection")]
    [DataRow("deploy/b.yaml", "x-kontrakt", "deploy", "x-kontrakt: x-kontrakt/b.yaml", DisplayName = "a kontrakt")]
    [DataRow("deploy/base/b.yaml", "x-kontrakt", "deploy", "x-kontrakt: x-kontrakt/base/b.yaml", DisplayName = "with folders")]
    public void FollowsALinkToAFolderThatIsNoKontraktByItsName(string file, string link, string target, string expected)
    {
        using var root = new TempFolder();
        root.Write(file);
        Directory.CreateDirectory(Path.GetDirectoryName(root.At(link))!);
        Directory.CreateSymbolicLink(root.At(link), root.At(target));

        Assert.AreEqual(expected, Show(root, KontraktDiscovery.Discover(root.Path)));
    }

    [TestMethod, Timeout(60_000)]
    public void WhatTwoKontraktsLinkToBelongsToBoth()
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "common/c.yaml", "a-kontrakt/a.yaml", "b-kontrakt/b.yaml" })
            root.Write(file);
        Directory.CreateSymbolicLink(root.At("a-kontrakt/common"), root.At("common"));
        Directory.CreateSymbolicLink(root.At("b-kontrakt/common"), "../common");

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("a-kontrakt: a-kontrakt/a.yaml a-kontrakt/common/c.yaml; b-kontrakt: b-kontrakt/b.yaml b-kontrakt/common/c.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void FollowsALinkOutOfTheFolder()
    {
        using var root = new TempFolder();
        root.Write("shared/b.yaml");
        root.Write("repo/readme.md");
        Directory.CreateSymbolicLink(root.At("repo/x-kontrakt"), root.At("shared"));

        var found = KontraktDiscovery.Discover(root.At("repo"));

        Assert.AreEqual("x-kontrakt: repo/x-kontrakt/b.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kustomization.yaml")]
    [DataRow("kustomization.yml")]
    [DataRow("Kustomization")]
    public void TakesAKustomizationForTheObjectsOfItsFolder(string name)
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "x-kontrakt/a.yaml", "x-kontrakt/" + name, "x-kontrakt/base/b.yaml", "x-kontrakt/ready.assert.yaml", "x-kontrakt/base/y-kontrakt/c.yaml" })
            root.Write(file);

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual($"x-kontrakt: x-kontrakt/ready.assert.yaml x-kontrakt/{name}; y-kontrakt: x-kontrakt/base/y-kontrakt/c.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void TakesAChartForTheObjectsOfItsFolder()
    {
        using var root = new TempFolder();
        foreach (var file in new[] { "Chart.yaml", "values.yaml", "templates/a.yaml", "templates/b.assert.yaml", "charts/y-kontrakt/c.yaml", "crds/d.yaml", "ready.assert.yaml", "more/gone.error.yaml", "more/e.yaml" })
            root.Write("x-kontrakt/" + file);

        var found = KontraktDiscovery.Discover(root.Path);

        Assert.AreEqual("x-kontrakt: x-kontrakt/more/gone.error.yaml x-kontrakt/ready.assert.yaml x-kontrakt/Chart.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void StartsWithTheGivenFolder()
    {
        using var root = new TempFolder();
        root.Write("orders/kontrakt/a.yaml");

        var found = KontraktDiscovery.Discover(root.At("orders/kontrakt/"));

        Assert.AreEqual("orders: orders/kontrakt/a.yaml", Show(root, found));
    }

    [TestMethod, Timeout(60_000)]
    public void FindsNothingWhereThereIsNone()
    {
        using var root = new TempFolder();
        root.Write("src/a.yaml");

        Assert.IsEmpty(KontraktDiscovery.Discover(root.Path));
        var error = Assert.ThrowsExactly<KontraktException>(() => KontraktDiscovery.Discover(root.At("gone")));
        Assert.AreEqual("KTR1020", error.Diagnostics.Single().Code, error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("orders/kontrakt billing/kontrakt", "billing orders")]
    [DataRow("orders/e2e-kontrakt billing/e2e-kontrakt", "billing-e2e-kontrakt orders-e2e-kontrakt")]
    [DataRow("a/orders/kontrakt b/orders/kontrakt", "a-orders b-orders")]
    [DataRow("My.Orders_Api/Kontrakt", "my-orders-api")]
    [DataRow("x/a-very-long-name-for-a-folder-that-holds-a-kontrakt", "a-very-long-name-for-a-folder-tha-658a9f")]
    public void NamesEachFolderDifferently(string folders, string names)
    {
        using var root = new TempFolder();
        foreach (var folder in folders.Split(' '))
            root.Write($"{folder}/a.yaml");

        var found = KontraktDiscovery.Discover(root.Path);

        var actual = string.Join(' ', found.Select(folder => folder.Name));
        Assert.AreEqual(names, actual);
        Assert.IsTrue(found.All(folder => DnsNames.IsLabel(folder.Name) && folder.Name.Length <= 40), actual);
    }

    [TestMethod, Timeout(60_000)]
    public void RefusesFoldersThatDifferOnlyInWhatANameCannotHold()
    {
        using var root = new TempFolder();
        root.Write("x-kontrakt/a.yaml");
        root.Write("X_kontrakt/a.yaml");

        var error = Assert.ThrowsExactly<KontraktException>(() => KontraktDiscovery.Discover(root.Path));

        Assert.AreEqual("KTR1025", error.Diagnostics.Single().Code, error.Message);
    }
}
