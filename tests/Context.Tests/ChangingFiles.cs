using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>Files that are written to while they are read: what is pushed is a state that the folder had, or nothing is.</summary>
[TestClass]
public sealed class ChangingFiles
{
    private const string Packing = "context: packing";

    [TestMethod, Timeout(60_000)]
    [DataRow("longer")]
    [DataRow("as long")]
    [DataRow("gone")]
    [DataRow("a folder")]
    [DataRow("with its folder")]
    public async Task AreNoticedAndReadAgain(string change)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("folder/file", "first");
        sandbox.Write("other");
        var done = false;

        var result = await sandbox.PushAsync(seen: line =>
        {
            if (done || !line.StartsWith(Packing, StringComparison.Ordinal))
                return;
            done = true;
            Change(sandbox, change);
        });

        Assert.IsTrue(done);
        Assert.Contains("changed while it was read; reading again", sandbox.Log.ToString());
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatNeverRestAreAnErrorWithTheirPath()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("log");

        var problems = await sandbox.FailAsync(seen: line =>
        {
            if (line.StartsWith(Packing, StringComparison.Ordinal))
                File.AppendAllText(sandbox.At("log"), "more");
        });

        Assert.AreEqual(("KTR5004", sandbox.At("log")), (problems.Single().Code, problems.Single().Location?.File));
        Assert.AreEqual(0, sandbox.Registry.Count("PUT", "team/app/manifests"));
    }

    private static void Change(Sandbox sandbox, string change)
    {
        switch (change)
        {
            case "longer":
                File.AppendAllText(sandbox.At("folder/file"), " and more");
                break;
            case "as long":
                File.WriteAllText(sandbox.At("folder/file"), "other");
                break;
            case "with its folder":
                Directory.Delete(sandbox.At("folder"), recursive: true);
                break;
            default:
                File.Delete(sandbox.At("folder/file"));
                if (change == "a folder")
                    sandbox.Write("folder/file/inside");
                break;
        }
    }
}
