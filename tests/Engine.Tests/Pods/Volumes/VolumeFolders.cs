using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Volumes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Volumes;

/// <summary>Volumes hold what the API says, change as a whole, and no path leads out of them.</summary>
[TestClass]
public sealed class VolumeFolders
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("kontrakt-volumes-");
    private readonly ClusterObjects objects = new(new(), [], TimeProvider.System);
    private int issued;

    [TestCleanup]
    public void Delete() => directory.Delete(recursive: true);

    [TestMethod]
    public void FilesHaveTheirContentAndMode()
    {
        Create("ConfigMap", "cm", """{"data": {"a": "text", "b": "x"}, "binaryData": {"c": "AAE="}}""");

        var path = Furnish("""{"name": "v", "configMap": {"name": "cm", "defaultMode": 256, "items": [{"key": "a", "path": "sub/a"}, {"key": "c", "path": "c", "mode": 384}]}}""");

        Assert.AreEqual("text", File.ReadAllText(Path.Combine(path, "sub/a")));
        CollectionAssert.AreEqual(new byte[] { 0, 1 }, File.ReadAllBytes(Path.Combine(path, "c")));
        Assert.AreEqual(((UnixFileMode)256, (UnixFileMode)384), (File.GetUnixFileMode(Path.Combine(path, "sub/a")), File.GetUnixFileMode(Path.Combine(path, "c"))));
        Assert.IsFalse(File.Exists(Path.Combine(path, "b")));
        Assert.AreEqual((UnixFileMode)0b111_101_101, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void AChangeReplacesAllFilesAtOnce()
    {
        Create("Secret", "s", """{"data": {"a": "b2xk", "gone": "eA=="}}""");
        var volumes = Volumes("""{"name": "v", "secret": {"secretName": "s"}}""", out var pod);
        volumes.Furnish(pod.View);
        var path = volumes.Find("v")!;
        var before = new DirectoryInfo(Path.Combine(path, "..data")).LinkTarget;

        objects.Update(new(Kinds.Secret, "ns", "s"), json => json["data"] = new JsonObject { ["a"] = "bmV3", ["b"] = "eA==" });
        volumes.Furnish(pod.View);

        Assert.AreEqual("new", File.ReadAllText(Path.Combine(path, "a")));
        CollectionAssert.AreEquivalent(new[] { "a", "b", "..data", new DirectoryInfo(Path.Combine(path, "..data")).LinkTarget! }, directory.Parent is null ? [] : Directory.GetFileSystemEntries(path).Select(Path.GetFileName).ToArray());
        Assert.AreNotEqual(before, new DirectoryInfo(Path.Combine(path, "..data")).LinkTarget);
    }

    [TestMethod]
    [DataRow("""{"name": "v", "configMap": {"name": "none"}}""", "MountVolume.SetUp failed for volume \"v\" : configmap \"none\" not found")]
    [DataRow("""{"name": "v", "secret": {"secretName": "none"}}""", "MountVolume.SetUp failed for volume \"v\" : secret \"none\" not found")]
    [DataRow("""{"name": "v", "configMap": {"name": "cm", "items": [{"key": "zz", "path": "p"}]}}""", "MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: zz")]
    [DataRow("""{"name": "v", "configMap": {"name": "cm", "items": [{"key": "a", "path": "../p"}]}}""", "MountVolume.SetUp failed for volume \"v\" : invalid path: ../p")]
    [DataRow("""{"name": "v", "projected": {"sources": [{"secret": {"name": "none"}}]}}""", "MountVolume.SetUp failed for volume \"v\" : secret \"none\" not found")]
    public void WhatCannotBeFurnishedIsSaidAsTheKubeletSaysIt(string volume, string message)
    {
        Create("ConfigMap", "cm", """{"data": {"a": "x"}}""");

        Assert.AreEqual(message, Assert.ThrowsExactly<VolumeException>(() => Furnish(volume)).Message);
    }

    [TestMethod]
    public void WhatIsOptionalMayBeMissing()
    {
        var path = Furnish("""{"name": "v", "secret": {"secretName": "none", "optional": true}}""");

        Assert.IsTrue(Directory.Exists(path));
    }

    [TestMethod]
    public void AProjectedVolumeHoldsAllItsSources()
    {
        Create("ConfigMap", "cm", """{"data": {"ca.crt": "cert"}}""");

        var path = Furnish("""
            {"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}, {"configMap": {"name": "cm", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
              {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}}]}}
            """);

        Assert.AreEqual(("token 1", "cert", "ns"), (File.ReadAllText(Path.Combine(path, "token")), File.ReadAllText(Path.Combine(path, "ca.crt")), File.ReadAllText(Path.Combine(path, "namespace"))));
    }

    [TestMethod]
    public void ATokenIsIssuedAnewBeforeItExpires()
    {
        var time = new AdjustableTime();
        var tokens = new PodTokens(request => new($"token {++issued}", time.GetUtcNow() + TimeSpan.FromSeconds(request.Seconds)), time);
        var source = PodJson.Parse("""{"path": "token", "expirationSeconds": 1000}""");

        var first = tokens.Get("v", source);
        time.Advance(TimeSpan.FromSeconds(799));
        var same = tokens.Get("v", source);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.AreEqual(("token 1", "token 1", "token 2"), (first, same, tokens.Get("v", source)));
    }

    [TestMethod]
    [DataRow("a/b", "a/b")]
    [DataRow("inside/f", "real/f")]
    [DataRow("up", "real")]
    [DataRow("outside", null)]
    [DataRow("absolute", null)]
    [DataRow("loop", null)]
    [DataRow("real/../../x", null)]
    public void ASubPathStaysInItsVolume(string path, string? expected)
    {
        var root = directory.CreateSubdirectory("root").FullName;
        Directory.CreateDirectory(Path.Combine(root, "real"));
        foreach (var (name, target) in new[] { ("inside", "real"), ("up", "real/../real/."), ("outside", "../.."), ("absolute", "/etc"), ("loop", "loop") })
            File.CreateSymbolicLink(Path.Combine(root, name), target);

        Assert.AreEqual(expected is null ? null : Path.Combine(root, expected), ContainedPath.Resolve(root, path));
    }

    [TestMethod]
    public void MountsAreReadOnlyWhereTheApiIsTheSourceAndASubPathIsMade()
    {
        Create("ConfigMap", "cm", """{"data": {"a": "x"}}""");
        var volumes = Volumes("""{"name": "v", "configMap": {"name": "cm"}}, {"name": "e", "emptyDir": {}}""", out var pod);
        volumes.Furnish(pod.View);
        var container = new ContainerDefinition(PodJson.Parse("""
            {"name": "main", "volumeMounts": [{"name": "e", "mountPath": "/x/y", "subPathExpr": "d/$(NAME)"}, {"name": "v", "mountPath": "/x"}, {"name": "v", "mountPath": "/file", "subPath": "a"}]}
            """), ContainerRole.Main);

        var mounts = ContainerMounts.Of(container, volumes, new Dictionary<string, string> { ["NAME"] = "n" }).ToDictionary(mount => mount.Target);

        Assert.AreEqual((true, false, true), (mounts["/x"].ReadOnly, mounts["/x/y"].ReadOnly, mounts["/file"].ReadOnly));
        Assert.IsTrue(Directory.Exists(mounts["/x/y"].Source));
        StringAssert.EndsWith(mounts["/x/y"].Source, "e/d/n", StringComparison.Ordinal);
        Assert.AreEqual("x", File.ReadAllText(mounts["/file"].Source));
    }

    /// <summary>As when a container swaps a part of the path after it was looked at.</summary>
    [TestMethod]
    [DataRow("out/new")]
    [DataRow("out/new/deeper")]
    [DataRow("real/out/new")]
    [DataRow("nowhere")]
    [DataRow("real/file/new")]
    public void NothingIsMadeThroughALinkInASubPath(string path)
    {
        var root = directory.CreateSubdirectory("root").FullName;
        var outside = directory.CreateSubdirectory("outside").FullName;
        Directory.CreateDirectory(Path.Combine(root, "real"));
        File.WriteAllText(Path.Combine(root, "real/file"), "");
        File.CreateSymbolicLink(Path.Combine(root, "out"), outside);
        File.CreateSymbolicLink(Path.Combine(root, "real/out"), "../../outside");
        File.CreateSymbolicLink(Path.Combine(root, "nowhere"), Path.Combine(outside, "new"));

        Assert.Throws<IOException>(() => SubPathFolder.Make(root, path));

        Assert.IsEmpty(Directory.GetFileSystemEntries(outside));
    }

    [TestMethod]
    public void ASubPathHasTheRightsOfItsVolume()
    {
        var root = directory.CreateSubdirectory("root").FullName;
        const UnixFileMode all = (UnixFileMode)0b10_111_111_111;
        File.SetUnixFileMode(root, all);
        Directory.CreateDirectory(Path.Combine(root, "there"), (UnixFileMode)0b111_000_000);

        SubPathFolder.Make(root, "there/a/b");

        Assert.AreEqual((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Combine(root, "there")) & (UnixFileMode)0b111_111_111);
        Assert.AreEqual((all, all), (File.GetUnixFileMode(Path.Combine(root, "there/a")), File.GetUnixFileMode(Path.Combine(root, "there/a/b"))));
    }

    private string Furnish(string volume)
    {
        var volumes = Volumes(volume, out var pod);
        volumes.Furnish(pod.View);
        return volumes.Find("v")!;
    }

    private PodVolumes Volumes(string volumes, out PodDefinition pod)
    {
        pod = PodJson.Define($$"""{"volumes": [{{volumes}}], "containers": [{"name": "main"}]}""", new(new(), [], TimeProvider.System));
        var tokens = new PodTokens(request => new($"token {++issued}", DateTimeOffset.UtcNow + TimeSpan.FromSeconds(request.Seconds)), TimeProvider.System);
        return new(pod, new(pod, objects.Store, new(1, 1, 1, 1), tokens), Path.Combine(directory.FullName, "disk"), Path.Combine(directory.FullName, "memory"), new(objects.Store, directory.FullName));
    }

    private void Create(string kind, string name, string content)
    {
        var json = PodJson.Parse(content);
        (json["apiVersion"], json["kind"], json["metadata"]) = ("v1", kind, new JsonObject { ["name"] = name });
        objects.Create(kind == "Secret" ? Kinds.Secret : Kinds.ConfigMap, "ns", json);
    }
}
