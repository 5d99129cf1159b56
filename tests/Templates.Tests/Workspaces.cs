using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

[TestClass]
public sealed class Workspaces
{
    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task OfOneFolderAreThatFolder()
    {
        using var folder = new TempFolder();

        Assert.AreEqual(folder.At("app"), await ComposeAsync(folder, Folder(folder, "app", ("a", "1"))));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreTheirSourcesInTheOrderOfWriting()
    {
        using var folder = new TempFolder();
        var (first, second) = (Folder(folder, "first", ("a", "1"), ("both", "first"), ("swap/x", "1"), ("file", "1")), Folder(folder, "second", ("both", "second"), ("swap", "2"), ("file/y", "2")));

        var composed = await ComposeAsync(folder, first, second, new TemplateSource.Text("deep/packages.txt", "curl"u8.ToArray(), null));
        var reversed = Show(await ComposeAsync(folder, second, first));

        Assert.AreEqual(composed, folder.At("state/build/workspace"));
        Assert.AreEqual("a=1 both=first file=1 swap/x=1", reversed);
        Assert.AreEqual("a=1 both=second deep/packages.txt=curl file/y=2 swap=2", Show(await ComposeAsync(folder, first, second, new TemplateSource.Text("deep/packages.txt", "curl"u8.ToArray(), null))));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task GoBelowTheFoldersThatSourcesName()
    {
        using var folder = new TempFolder();
        var repository = new GitRepository(folder);
        repository.Write("sub/main.py", "print()");
        repository.Write("not this", "");
        repository.Commit();

        var composed = await ComposeAsync(folder, Folder(folder, "app", ("a", "1")), new TemplateSource.Git(repository.Url, "", "sub", null) { Target = "vendor/lib" });

        Assert.AreEqual("a=1 vendor/lib/main.py=print()", Show(composed));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task HaveNothingThatAnIgnoreFileLeavesOut()
    {
        using var folder = new TempFolder();
        var source = Folder(folder, "app", (".dockerignore", "secret\n"), ("secret", "s"), ("kept", "k"));

        var composed = await ComposeAsync(folder, source, new TemplateSource.Text("f", "t"u8.ToArray(), null));

        Assert.AreEqual(".dockerignore=secret\n f=t kept=k", Show(composed));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task ThatAreTheSameAreNotWrittenAgain()
    {
        using var folder = new TempFolder();
        TemplateSource[] sources = [Folder(folder, "app", ("a", "1"), ("b", "2")), new TemplateSource.Text("f", "t"u8.ToArray(), null)];
        var composed = await ComposeAsync(folder, sources);
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var file in Directory.EnumerateFiles(composed))
            File.SetLastWriteTimeUtc(file, old);
        folder.Write("app/b", "3");

        await ComposeAsync(folder, sources);

        Assert.AreEqual("a f", string.Join(' ', Directory.EnumerateFiles(composed).Where(file => File.GetLastWriteTimeUtc(file) == old).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Assert.AreEqual("a=1 b=3 f=t", Show(composed));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("../f")]
    [DataRow("/etc/f")]
    [DataRow("")]
    public async Task AreNotLeft(string path)
    {
        using var folder = new TempFolder();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ComposeAsync(folder, new TemplateSource.Text(path, "t"u8.ToArray(), Samples.User)));

        Assert.AreEqual($"/app/pod.yaml(7,12): error KTR1051: '{path}' is not a path below the workspace. Write it relative, without '..'.", error.Message);
    }

    private static TemplateSource Folder(TempFolder folder, string name, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            folder.Write($"{name}/{path}", text);
        return new TemplateSource.Folder(folder.At(name), null);
    }

    private static async Task<string> ComposeAsync(TempFolder folder, params TemplateSource[] sources)
    {
        var settings = new KontraktSettings { Directory = folder.Path, RunsDirectory = folder.At("state") };
        using var client = Registries.Client();
        return (await new Workspace(folder.At("state/build"), folder.At("state/shared"), settings, client, new Lines()).ComposeAsync(sources, CancellationToken.None)).Directory;
    }

    private static string Show(string folder) => string.Join(' ', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(folder, path)}={File.ReadAllText(path)}"));
}
