using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Storage;
using Kontrakt.Engine.Pods.Volumes;

namespace Engine.Tests.Pods.Storage;

/// <summary>All that a pod can write counts, and a full disk costs no more pods than it must.</summary>
[TestClass]
public sealed class DiskLimits
{
    private const long Mebibyte = 1 << 20;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("kontrakt-disk-limits-");
    private readonly List<string> reports = [];
    private readonly List<string> evicted = [];

    [TestCleanup]
    public void Delete() => directory.Delete(recursive: true);

    [TestMethod]
    [DataRow("messages/main-0")]
    [DataRow("etc/hosts")]
    [DataRow("logs/main-0.0.log")]
    [DataRow("volumes/v/f")]
    [DataRow("sandbox/containers/main-0/upper/f")]
    public void CountWhatAContainerCanWrite(string file)
    {
        Write(directory.FullName, file, 3);
        var pod = Pod("2Mi");

        var usage = PodUsage.Measure(pod, directory.FullName, Claims);

        Assert.IsGreaterThanOrEqualTo(3 * Mebibyte, usage.Total);
        Assert.AreEqual("Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.", StorageRule.WhyEvict(pod, usage, 1000 * Mebibyte));
    }

    [TestMethod]
    [DataRow(DiskUsage.Depth, false)]
    [DataRow(DiskUsage.Depth + 1, true)]
    public void AreExceededByWhatLiesTooDeep(int depth, bool isTooDeep)
    {
        Directory.CreateDirectory(Path.Combine([directory.FullName, "volumes/v", .. Enumerable.Repeat("d", depth)]));
        var pod = Pod("500Mi");

        var why = StorageRule.WhyEvict(pod, PodUsage.Measure(pod, directory.FullName, Claims), 1000 * Mebibyte);

        Assert.AreEqual(isTooDeep ? "Pod has folders nested more than 500 levels deep: the embedded engine cannot count their ephemeral local storage usage." : null, why);
    }

    [TestMethod]
    public void WaitForTheSpaceOfAnEvictedPod()
    {
        var watch = Watch(directory.FullName, reserve: long.MaxValue);
        var pods = new[] { ("large", 80), ("larger", 90), ("small", 1) }.ToDictionary(pod => pod.Item1, pod => Add(watch, pod.Item1, pod.Item2));

        watch.Look();
        watch.Look();
        CollectionAssert.AreEqual(new[] { "larger" }, evicted);

        watch.Remove(pods["larger"]);
        watch.Look();
        CollectionAssert.AreEqual(new[] { "larger" }, evicted);

        watch.Freed(pods["larger"]);
        watch.Look();
        CollectionAssert.AreEqual(new[] { "larger", "large" }, evicted);
        Assert.IsEmpty(reports);
    }

    [TestMethod]
    public void AreLookedAtAgainAfterAFailure()
    {
        var disk = Path.Combine(directory.FullName, "disk");
        var watch = Watch(disk, reserve: long.MaxValue);
        Add(watch, "large", 80);
        // It cannot be listed.
        File.CreateSymbolicLink(Path.Combine(directory.CreateSubdirectory("broken").FullName, "logs"), "logs");
        watch.Add(new(Pod("1Mi"), Path.Combine(directory.FullName, "broken"), Claims, TimeProvider.System), _ => evicted.Add("broken"));

        watch.Look();
        Assert.HasCount(1, reports);
        StringAssert.StartsWith(reports[0], "The engine cannot read what the disk has left: ", StringComparison.Ordinal);
        Assert.IsEmpty(evicted);

        Directory.CreateDirectory(disk);
        watch.Look();
        Assert.HasCount(2, reports);
        StringAssert.StartsWith(reports[1], "The engine cannot read what the pod p_ns(", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { "large" }, evicted);
    }

    private ClaimFolders Claims => new(new(), directory.FullName);

    private StorageWatch Watch(string disk, long reserve) => new(new(disk, reserve), 1000 * Mebibyte, reports.Add, TimeProvider.System);

    private StoredPod Add(StorageWatch watch, string name, int mebibytes)
    {
        var folder = Path.Combine(directory.FullName, name);
        Write(folder, "volumes/v/f", mebibytes);
        var pod = new StoredPod(Pod("500Mi"), folder, Claims, TimeProvider.System);
        watch.Add(pod, _ => evicted.Add(name));
        return pod;
    }

    private static PodDefinition Pod(string limit) => PodJson.Define("""
        {"volumes": [{"name": "v", "emptyDir": {}}], "containers": [{"name": "main", "resources": {"limits": {"ephemeral-storage": "LIMIT"}}}]}
        """.Replace("LIMIT", limit, StringComparison.Ordinal));

    private static void Write(string folder, string file, int mebibytes)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[mebibytes * Mebibyte]);
    }
}
