using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>Links are kept as links, and none leads out of the context.</summary>
[TestClass]
public sealed class SymbolicLinks
{
    [TestMethod, Timeout(60_000)]
    public async Task InsideAreKeptAsTheyAreWhetherOrNotTheyLeadAnywhere()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a/file");
        sandbox.Link("to-file", "a/file");
        sandbox.Link("to-folder", "a");
        sandbox.Link("a/up", "../a/./up/../file");
        sandbox.Link("dangling", "nowhere/at/all");
        sandbox.Link("loop", "loop");
        sandbox.Link("round", "a/../round");

        var result = await sandbox.PushAsync();

        Assert.AreEqual("a/ a/file a/up dangling loop round to-file to-folder", await sandbox.LayerAsync(result));
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/etc/hostname")]
    [DataRow("../outside")]
    [DataRow("a/../../outside")]
    [DataRow("a/b/../../../context/a")]
    [DataRow("inward/../../outside")]
    public async Task ThatLeaveAreErrorsWithTheirPath(string target)
    {
        await using var sandbox = await Sandbox.StartAsync();
        File.WriteAllText(sandbox.Beside("outside"), "not of the context");
        Directory.CreateDirectory(sandbox.At("a/b"));
        sandbox.Link("inward", "a/b/../..");
        File.Delete(sandbox.At("inward"));
        sandbox.Link("inward", "a");
        sandbox.Link("leaves", target);

        var problem = (await sandbox.FailAsync()).Single();

        Assert.AreEqual("KTR5003", problem.Code);
        Assert.AreEqual(sandbox.At("leaves"), problem.Location?.File);
        Assert.Contains(target, problem.Message);
        Assert.AreEqual(0, sandbox.Registry.Count("POST", "team/app"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatLeaveThroughAnotherLinkAreErrorsToo()
    {
        await using var sandbox = await Sandbox.StartAsync();
        Directory.CreateDirectory(sandbox.Beside("elsewhere"));
        sandbox.Write(".dockerignore", "out");
        sandbox.Link("out", "../elsewhere");
        sandbox.Link("through", "out/file");

        var problem = (await sandbox.FailAsync()).Single();

        Assert.AreEqual(("KTR5003", sandbox.At("through")), (problem.Code, problem.Location?.File));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatLeaveBecomeWhatTheyLeadToWhereThatIsAskedFor()
    {
        await using var sandbox = await Sandbox.StartAsync();
        Directory.CreateDirectory(sandbox.Beside("elsewhere/inner"));
        File.WriteAllText(sandbox.Beside("elsewhere/file"), "content");
        File.CreateSymbolicLink(sandbox.Beside("elsewhere/stays"), "file");
        File.CreateSymbolicLink(sandbox.Beside("elsewhere/inner/leaves-again"), sandbox.Beside("more"));
        File.WriteAllText(sandbox.Beside("more"), "more");
        sandbox.Link("folder", "../elsewhere");
        sandbox.Link("file", "../elsewhere/file");
        sandbox.Link("kept", "file");

        var result = await sandbox.PushAsync(request => request with { FollowLinks = true });
        var extracted = await sandbox.ExtractAsync(result);

        Assert.AreEqual("file f, folder d, folder/file f, folder/inner d, folder/inner/leaves-again f, folder/stays l, kept l",
            string.Join(", ", extracted.Split('\n').Select(line => string.Join(' ', line.Split(' ')[..2]))));
        Assert.Contains($"file f 644 {Trees.Hash("content"u8.ToArray())}", extracted);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreNotFollowedInACircleNorIntoNothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        Directory.CreateDirectory(sandbox.Beside("elsewhere"));
        File.CreateSymbolicLink(sandbox.Beside("elsewhere/back"), sandbox.Root);
        sandbox.Link("folder", "../elsewhere");
        sandbox.Link("nothing", "../not-there");

        var problems = await sandbox.FailAsync(request => request with { FollowLinks = true });

        Assert.AreEqual("KTR5002 back, KTR5002 nothing", string.Join(", ", problems.OrderBy(problem => Path.GetFileName(problem.Location?.File), StringComparer.Ordinal).Select(problem => $"{problem.Code} {Path.GetFileName(problem.Location?.File)}")));
    }
}
