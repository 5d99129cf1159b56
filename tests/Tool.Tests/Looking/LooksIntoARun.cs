namespace Tool.Tests.Looking;

/// <summary>What a run that was kept shows to somebody who has no kubectl.</summary>
[TestClass]
public sealed class LooksIntoARun
{
    [AssemblyCleanup]
    public static Task Remove() => KeptOrders.RemoveAllAsync();

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task ListWhatWasApplied(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var (all, _) = await kept.TypeAsync(0, "get");
        var (ofKontrakt, _) = await kept.TypeAsync(0, "get", "orders");
        var (services, _) = await kept.TypeAsync(0, "get", "svc");
        var (pod, _) = await kept.TypeAsync(0, "get", "orders/po/web");

        string[] names = ["orders/secret/login", "orders/service/web", "orders/pod/web", "orders/pod/smoke"];
        CollectionAssert.AreEqual(names, all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]).ToArray(), all);
        CollectionAssert.AreEqual(names, ofKontrakt.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]).ToArray(), ofKontrakt);
        Assert.Contains("orders/pod/smoke\tFailed: container main: ended with exit code 3\t", all);
        Assert.Contains("orders/pod/web\tRunning, ready\t", all);
        Assert.StartsWith("orders/service/web\tready\t", services);
        Assert.StartsWith("orders/pod/web\tRunning, ready\t", pod);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task DescribeAnObject(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var (pod, _) = await kept.TypeAsync(0, "describe", "orders/pod/smoke");
        var (service, _) = await kept.TypeAsync(0, "describe", "orders", "svc/web");

        Assert.StartsWith("orders/pod/smoke\n  phase Failed\n", pod);
        Assert.Contains("  container main: ", pod);
        Assert.Contains("ended with exit code 3", pod);
        Assert.Contains("  event ", pod);
        Assert.Contains("\nspec:\n", pod);
        Assert.Contains("  pod web: Running, ready\n", service);
    }

    /// <summary>Its keys are; an annotation may have all of it.</summary>
    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task NeverShowTheDataOfASecret(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var (described, _) = await kept.TypeAsync(0, "describe", "secret/login");
        var (listed, _) = await kept.TypeAsync(0, "get", "secrets");

        Assert.Contains("password: 18 bytes", described);
        Assert.DoesNotContain("note", described);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(KeptOrders.Password)), described + listed);
        Assert.Contains("orders/secret/login\texists\t", listed);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task PrintLogsWithoutSecrets(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        var (whole, _) = await kept.TypeAsync(0, "logs", "orders/pod/smoke");
        var (tail, _) = await kept.TypeAsync(0, "logs", "smoke", "--tail", "1");
        var (followed, said) = await kept.TypeAsync(0, "logs", "-f", "orders", "pod/smoke");
        var (side, _) = await kept.TypeAsync(0, "logs", "svc/web", "--container", "side", "--tail", "1");
        var (_, several) = await kept.TypeAsync(0, "logs", "pod/web");

        Assert.AreEqual("the password is ***\nsecond\nlast\n", whole);
        Assert.AreEqual("last\n", tail);
        Assert.AreEqual(whole, followed);
        Assert.Contains("orders/pod/smoke: the log has ended: Failed: container main: ended with exit code 3", said);
        Assert.AreEqual("tick\n", side);
        Assert.Contains("orders/pod/web has several containers; this is main (--container names one: main, side)", several);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task AnswerWhatIsMistypedWithWhatExists(string where)
    {
        var kept = await KeptOrders.OnAsync(where);

        foreach (var (words, expected) in new (string[], string)[]
        {
            (["logs", "orders/pod/smok"], "error KTR1200: 'orders/pod/smok' names nothing to look into: kontrakt 'orders' has no pod 'smok' (did you mean 'orders/pod/smoke'?). What exists: orders/pod/smoke, orders/pod/web."),
            (["logs", "order/pod/smoke"], "error KTR1200: 'order' names nothing to look into: the run '"),
            (["logs", "order/pod/smoke"], "has no kontrakt of this name (did you mean 'orders'?). What exists: kontrakts orders."),
            (["describe", "orders/pdo/smoke"], "error KTR1200: 'pdo' names nothing to look into: the cluster has no kind of this name, and the run no such kontrakt (did you mean 'pod'?)."),
            (["describe", "deploy/web"], "has no deployment 'web'. What exists: nothing of this kind ('kontrakt get' lists the others)."),
            (["get", "ordres"], "(did you mean 'orders'?)"),
            (["describe", "orders//smoke"], "a part of it is empty; write KONTRAKT/KIND/NAME, such as orders/pod/smoke"),
            (["logs", "web", "--container", "sid"], "error KTR1201: orders/pod/web has no container 'sid' (did you mean 'side'?). Use one of: main, side."),
            (["logs", "web", "--tail", "-1"], "error KTR1019: --tail has the value '-1'"),
            (["logs", "-f", ".", "orders/pod/smoke"], "error KTR1203: kontrakt logs -f: here, -f follows the log; write --directory . for the folder."),
            (["logs", "smoke", "--run", "nothing"], "error KTR1023"),
        })
        {
            var (output, error) = await kept.TypeAsync(2, words);

            Assert.AreEqual("", output, string.Join(' ', words));
            Assert.Contains(expected, error, string.Join(' ', words));
        }
        var (_, refused) = await kept.TypeAsync(1, "logs", "smoke", "--previous");
        Assert.Contains("error KTR3041: container 'main' of orders/pod/smoke has no log of a run before this one: Failed: container main: ended with exit code 3.", refused);
    }
}
