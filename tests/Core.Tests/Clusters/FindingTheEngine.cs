using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Tests.Clusters;

/// <summary>Where the embedded engine's folder is, and what its handshake says.</summary>
[TestClass]
public sealed class FindingTheEngine
{
    private const string Whole = """
        {
          "apiVersion": "v1", "kind": "Config", "current-context": "kontrakt-engine",
          "contexts": [{"name": "kontrakt-engine", "context": {"cluster": "kontrakt-engine", "user": "kontrakt-engine"}}],
          "clusters": [{"name": "kontrakt-engine", "cluster": {"server": "https://127.0.0.1:40001"}}],
          "users": [{"name": "kontrakt-engine", "user": {"token": "secret"}}],
          "extensions": [{"name": "kontrakt-engine", "extension": {
            "pid": 123, "directory": "/data/engine", "version": "1.2.3", "registry": "localhost:40002", "restrictions": ["no limits"], "started": "2026-01-02T03:04:05Z"}}]
        }
        """;

    private readonly EngineFolder folder = new(Directory.CreateTempSubdirectory("core-engine-").FullName);

    [TestCleanup]
    public void Remove() => Directory.Delete(folder.Path, recursive: true);

    [TestMethod]
    public void ReadsWhatARunningEngineWrote()
    {
        File.WriteAllText(folder.Handshake, Whole);

        var handshake = EngineHandshake.Read(folder);

        Assert.IsNotNull(handshake);
        Assert.AreEqual((123, "/data/engine", "1.2.3", "localhost:40002"), (handshake.Pid, handshake.Directory, handshake.Version, handshake.Registry));
        Assert.AreEqual(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), handshake.Started);
        Assert.AreEqual("no limits", handshake.Restrictions.Single());
        Assert.AreEqual(new Uri("https://127.0.0.1:40001"), handshake.Connection.Server);
        Assert.AreEqual(new ClusterIdentity.Token("secret"), handshake.Connection.Identity);
    }

    [TestMethod]
    public void FindsNoneWhereThereIsNoHandshake()
    {
        Assert.IsNull(EngineHandshake.Read(folder));
        Assert.IsNull(EngineHandshake.Read(new(Path.Combine(folder.Path, "nowhere"))));
    }

    [TestMethod]
    public void FindsNoneWhereAnyPartOfTheHandshakeIsMissing()
    {
        for (var length = 0; length < Whole.Length - 1; length++)
        {
            File.WriteAllText(folder.Handshake, Whole[..length]);
            Assert.IsNull(EngineHandshake.Read(folder), Whole[..length]);
        }
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("\0\0\0")]
    [DataRow("""{"extensions": {}}""")]
    [DataRow("""{"extensions": []}""")]
    [DataRow("""{"extensions": "none"}""")]
    [DataRow("""{"extensions": [{"extension": {"pid": 1}}]}""")]
    [DataRow("""{"apiVersion": "v1", "kind": "Config", "contexts": 3, "extensions": [{"extension": {"pid": "x"}}]}""")]
    public void FindsNoneInAnythingElse(string text)
    {
        File.WriteAllText(folder.Handshake, text);

        Assert.IsNull(EngineHandshake.Read(folder));
    }

    [TestMethod]
    [DataRow("https://127.0.0.1:40001", "no address")]
    [DataRow("\"pid\": 123", "\"pid\": {\"a\": 1}")]
    [DataRow("\"pid\": 123", "\"pid\": 1e300")]
    [DataRow("\"server\": ", "\"certificate-authority-data\": \"%\", \"server\": ")]
    [DataRow("\"token\": \"secret\"", "\"token\": 5")]
    [DataRow("\"restrictions\": [\"no limits\"]", "\"restrictions\": 7")]
    public void TakesWrongValuesForNoEngineOrForNoProcess(string right, string wrong)
    {
        File.WriteAllText(folder.Handshake, Whole.Replace(right, wrong, StringComparison.Ordinal));

        var handshake = EngineHandshake.Read(folder);

        Assert.AreNotEqual(Whole, File.ReadAllText(folder.Handshake));
        if (handshake is not null)
            Assert.IsNull(RunningEngine.Find(handshake));
    }

    [TestMethod]
    public void IsInTheFolderThatIsNamedElseInTheUsersOwn()
    {
        Assert.AreEqual("/somewhere", EngineFolder.Find("/somewhere").Path);
        Assert.EndsWith(Path.Combine("kontrakt", "engine", EngineFolder.Version), EngineFolder.Find(null).Path);
    }

    [TestMethod]
    public void TakesNoOtherProcessForTheEngine()
    {
        File.WriteAllText(folder.Handshake, Whole.Replace("123", $"{Environment.ProcessId}", StringComparison.Ordinal));

        var handshake = EngineHandshake.Read(folder);

        Assert.IsNotNull(handshake);
        Assert.IsNull(RunningEngine.Find(handshake));
    }

    [TestMethod]
    [DataRow("app:100000:65536", "app:100000:65536", "newuidmap newgidmap", true)]
    [DataRow("root:0:1\napp:100000:65536", "app:100000:65536", "newuidmap newgidmap", true)]
    [DataRow("apple:100000:65536", "app:100000:65536", "newuidmap newgidmap", false)]
    [DataRow("app:100000:65536", "", "newuidmap newgidmap", false)]
    [DataRow("app:100000:65536", "app:100000:65536", "newuidmap", false)]
    [DataRow("app:100000:65536", "app:100000:65536", "", false)]
    public void KnowsWhetherTheUserHasIdsToGive(string users, string groups, string programs, bool expected)
    {
        File.WriteAllText(Path.Combine(folder.Path, "subuid"), users);
        File.WriteAllText(Path.Combine(folder.Path, "subgid"), groups);
        foreach (var program in programs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.WriteAllText(Path.Combine(folder.Path, program), "");

        Assert.AreEqual(expected, SubordinateIds.AreThere("app", $"/nowhere:{folder.Path}", folder.Path));
        Assert.IsFalse(SubordinateIds.AreThere("", $"/nowhere:{folder.Path}", folder.Path), "a user without a name");
    }

    [TestMethod]
    [DataRow("user/max_user_namespaces", "0", "; root allows them by 'sysctl -w user.max_user_namespaces=15000'")]
    [DataRow("user/max_user_namespaces", "100", "; a container has them with --privileged")]
    [DataRow("kernel/unprivileged_userns_clone", "0", "; root allows them by 'sysctl -w kernel.unprivileged_userns_clone=1'")]
    [DataRow("kernel/apparmor_restrict_unprivileged_userns", "1", "; root allows them by 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'")]
    public void KnowsWhatForbidsNamespaces(string file, string value, string expected)
    {
        foreach (var each in new[] { "user", "kernel" })
            Directory.CreateDirectory(Path.Combine(folder.Path, each));
        File.WriteAllText(Path.Combine(folder.Path, file), value + "\n");

        Assert.AreEqual(expected, UserNamespaces.Advice(folder.Path));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void SaysThatAnothersHandshakeIsNotForThisUser()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Inconclusive("skipped: root may read everything");
        File.WriteAllText(folder.Handshake, Whole);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Handshake, UnixFileMode.None);

        var e = Assert.ThrowsExactly<KontraktException>(() => EngineHandshake.Read(folder));

        Assert.AreEqual("KTR6001", e.Diagnostics.Single().Code);
        Assert.Contains("is another user's", e.Message);
    }
}
