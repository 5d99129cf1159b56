using System.Diagnostics;
using System.Globalization;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>The process that makes children can be killed, as by the kernel where memory is out. Starts fail then, and do not wait forever.</summary>
[TestClass]
[DoNotParallelize]
public sealed class StartsThatLoseTheirMaker : PodTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task FailOrSucceedAndLaterOnesSucceed()
    {
        await pod.RunAsync("true");
        for (var round = 0; round < 10; round++)
        {
            var starts = Enumerable.Range(0, 6).Select(_ => EndAsync()).ToList();
            KillMaker();
            await Task.WhenAll(starts);
        }

        Assert.AreEqual(0, (await pod.RunAsync("true")).Exit.ExitCode);
    }

    private async Task EndAsync()
    {
        try
        {
            Assert.AreEqual(0, (await pod.RunAsync("true")).Exit.ExitCode);
        }
        catch (ContainerStartException)
        {
            // Its maker was killed; it is not waited for.
        }
    }

    private static void KillMaker()
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"PPid:\t{Environment.ProcessId}");
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
            if (IsMaker(folder, own))
                Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)).Kill();
    }

    private static bool IsMaker(string folder, string parent)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, "status")).Contains(parent)
                && new FileInfo(Path.Combine(folder, "exe")).LinkTarget?.StartsWith("/memfd:kontrakt", StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
