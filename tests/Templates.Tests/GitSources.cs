using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

[TestClass]
public sealed class GitSources
{
    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("", "two")]
    [DataRow("main", "two")]
    [DataRow("v1", "one")]
    [DataRow("other", "three")]
    public async Task AreOfTheRevision(string revision, string expected)
    {
        using var folder = new TempFolder();
        var repository = Fill(folder);

        var fetched = await FetchAsync(folder, repository.Url, revision);

        Assert.AreEqual(expected, File.ReadAllText(Path.Combine(fetched, "file")));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow(40)]
    [DataRow(10)]
    public async Task AreOfACommitThatNoBranchIsAt(int length)
    {
        using var folder = new TempFolder();
        var repository = new GitRepository(folder);
        repository.Write("file", "old");
        var old = repository.Commit();
        repository.Write("file", "new");
        repository.Commit();

        var fetched = await FetchAsync(folder, repository.Url, old[..length]);

        Assert.AreEqual("old", File.ReadAllText(Path.Combine(fetched, "file")));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task FollowABranchAndForgetWhatIsGone()
    {
        using var folder = new TempFolder();
        var repository = Fill(folder);
        var before = await FetchAsync(folder, repository.Url, "main");
        File.WriteAllText(Path.Combine(before, "left over"), "");
        File.WriteAllText(Path.Combine(before, "file"), "changed by somebody");
        File.Delete(repository.Write("gone", ""));
        repository.Write("file", "newer");
        repository.Commit();

        var after = await FetchAsync(folder, repository.Url, "main");

        Assert.AreEqual(before, after);
        Assert.AreEqual("newer", File.ReadAllText(Path.Combine(after, "file")));
        Assert.AreEqual(".git file", string.Join(' ', Directory.EnumerateFileSystemEntries(after).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task OfACommitAreFetchedOnce()
    {
        using var folder = new TempFolder();
        var repository = Fill(folder);
        var commit = repository.Git("rev-parse", "main");
        await FetchAsync(folder, repository.Url, commit);
        Directory.Move(folder.At("repository"), folder.At("away"));

        var fetched = await FetchAsync(folder, repository.Url, commit);

        Assert.AreEqual("two", File.ReadAllText(Path.Combine(fetched, "file")));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("nowhere", "git says:")]
    [DataRow("--upload-pack=touch", "'--upload-pack=touch' is not a revision")]
    public async Task OfARevisionThatIsNotThereAreAnErrorAtTheirPlace(string revision, string expected)
    {
        using var folder = new TempFolder();
        var repository = Fill(folder);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => FetchAsync(folder, repository.Url, revision));

        StringAssert.StartsWith(error.Message, "/app/pod.yaml(7,12): error KTR2040: the source " + repository.Url);
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("ext::sh -c true")]
    [DataRow("--upload-pack=touch")]
    [DataRow("")]
    public async Task OfAddressesThatRunProgramsAreRefused(string url)
    {
        using var folder = new TempFolder();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => FetchAsync(folder, url, ""));

        StringAssert.Contains(error.Message, "it is not an address of a repository");
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task WithAPasswordInTheAddressAreRefusedWithoutSayingIt()
    {
        using var folder = new TempFolder();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => FetchAsync(folder, "https://ada:lovelace@example.com/a.git", ""));

        StringAssert.Contains(error.Message, "its address holds a password");
        Assert.IsFalse(error.Message.Contains("lovelace", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task GetTheirPasswordThroughTheEnvironmentAndNeverSayIt()
    {
        using var folder = new TempFolder();
        _ = new GitRepository(folder);
        await using var server = await FakeRegistry.StartAsync();
        var source = new TemplateSource.Git($"http://{server.Host}/private.git", "", "", Samples.User) { Credentials = new GitCredentials.Basic("ada", "lovelace") };
        var log = new Lines();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => GitFetch.FetchAsync(source, folder.At("kept"), log, CancellationToken.None));

        CollectionAssert.Contains(server.Authorizations.ToArray(), "Basic " + Convert.ToBase64String("ada:lovelace"u8));
        Assert.IsFalse((error.Message + log + source).Contains("lovelace", StringComparison.Ordinal));
        Assert.IsFalse(Directory.EnumerateFiles(folder.At("kept"), "*", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains("lovelace", StringComparison.Ordinal)));
    }

    private static GitRepository Fill(TempFolder folder)
    {
        var repository = new GitRepository(folder);
        repository.Write("file", "one");
        repository.Write("gone", "");
        repository.Commit();
        repository.Git("tag", "v1");
        repository.Git("checkout", "--quiet", "-b", "other");
        repository.Write("file", "three");
        repository.Commit();
        repository.Git("checkout", "--quiet", "main");
        repository.Write("file", "two");
        repository.Commit();
        return repository;
    }

    private static Task<string> FetchAsync(TempFolder folder, string url, string revision) =>
        GitFetch.FetchAsync(new(url, revision, "", Samples.User), folder.At("kept"), new Lines(), CancellationToken.None);
}
