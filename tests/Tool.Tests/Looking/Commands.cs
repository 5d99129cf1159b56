using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>kontrakt exec: what comes out is the program's own, as is the exit code.</summary>
[TestClass]
public sealed class Commands
{
    private const int Sigint = 2;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task EndAsTheProgramDoes(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var outcome = await kept.StartAsync(TestContext.CancellationToken, null, "exec", "orders", "svc/web", "--container", "side", "--", "sh", "-c", "echo out -i; echo err >&2; exit 7");

        Assert.AreEqual((7, "out -i\n", "err\n"), (outcome.ExitCode, outcome.Output, outcome.Error));
    }

    /// <summary>Which takes Kubernetes 1.30; older servers cannot be informed of the end of the input.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task ReadTheStandardInput()
    {
        var kept = await KeptOrders.OnAsync("engine");
        string[] words = ["dotnet", Path.Combine(AppContext.BaseDirectory, "kontrakt.dll"), "exec", .. kept.Where, "-i", "web", "--container", "main", "--", "sha256sum"];

        var outcome = await ToolProcess.RunAsync("sh", ["-c", "printf 'a\\000b' | \"$@\"", "sh", .. words], Path.GetTempPath(), new Dictionary<string, string>(), TestContext.CancellationToken);

        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        Assert.AreEqual($"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a\0b"u8))}  -\n", outcome.Output);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task EndWithCtrlC(string where)
    {
        var kept = await KeptOrders.OnAsync(where);
        var signalled = 0;

        var outcome = await kept.StartAsync(TestContext.CancellationToken, (tool, line) =>
        {
            if (line == "tick" && Interlocked.Exchange(ref signalled, 1) == 0)
                tool.Signal(Sigint);
        }, "exec", "web", "--container", "side", "--", "sh", "-c", "while true; do echo tick; sleep 1; done");

        Assert.AreEqual(130, outcome.ExitCode, outcome.Log);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task ThatCannotRunSayWhy(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var (_, ended) = await kept.TypeAsync(1, "exec", "orders/pod/smoke", "--", "ls");
        var (_, terminal) = await kept.TypeAsync(2, "exec", "-it", "web", "--", "sh");
        var (_, undivided) = await kept.TypeAsync(2, "exec", "web", "ls");
        var (_, container) = await kept.TypeAsync(2, "exec", "web", "--container", "mian", "--", "ls");

        Assert.Contains("error KTR3042: orders/pod/smoke cannot be used for this: its container 'main' does not run (Failed: container main: ended with exit code 3).", ended);
        Assert.Contains("error KTR1203: kontrakt exec -t: a command gets no terminal", terminal);
        Assert.Contains("write kontrakt exec NAME -- COMMAND", undivided);
        Assert.Contains("error KTR1201: orders/pod/web has no container 'mian' (did you mean 'main'?)", container);
    }

    /// <summary>Kubernetes says it by an error, or by the exit codes 126 and 127 that a shell has for it.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task ThatDoNotExistAreNoSuccess(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var outcome = await kept.StartAsync(TestContext.CancellationToken, null, "exec", "web", "--container", "main", "--", "/no-such-program");

        Assert.AreNotEqual(0, outcome.ExitCode, outcome.Log);
        Assert.Contains("no-such-program", outcome.Log);
    }
}
