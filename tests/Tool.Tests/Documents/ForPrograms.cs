using Kontrakt.Tests;
using System.Text.Json;
using Tool.Tests.Attestations;
using Tool.Tests.Engines;

namespace Tool.Tests.Documents;

/// <summary>--output json: one document on standard output, whatever the command ends with.</summary>
[TestClass]
public sealed class ForPrograms
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}}\nspec:\n  containers: [{name: main, image: 'registry.example.com/a:1'}]\n";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000)]
    public async Task ListNamesTestsAndImagesWithTheirPlaces()
    {
        using var folder = new TempFolder();
        var file = folder.Write("smoke-kontrakt/pod.yaml", Pod);
        folder.Write("smoke-kontrakt/pod.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Succeeded}\n");

        var printed = await PrintedDocument.RunAsync(["list", "-f", folder.Path]);

        Assert.AreEqual(0, printed.ExitCode, printed.Error);
        var kontrakt = printed.Root.GetProperty("kontrakts").EnumerateArray().Single();
        Assert.AreEqual("smoke-kontrakt", Text(kontrakt, "name"));
        Assert.AreEqual(1, kontrakt.GetProperty("objects").GetInt32());
        CollectionAssert.AreEqual(new[] { "smoke-kontrakt/pod/smoke", "smoke-kontrakt/pod.assert.yaml/pod/smoke" }, kontrakt.GetProperty("tests").EnumerateArray().Select(test => Text(test, "name")).ToArray());
        var image = kontrakt.GetProperty("images").EnumerateArray().Single();
        Assert.AreEqual($"registry.example.com/a:1 {file} 5 36", $"{Text(image, "image")} {Text(image, "file")} {image.GetProperty("line")} {image.GetProperty("column")}");
    }

    [TestMethod, Timeout(60_000)]
    public async Task ErrorsHaveTheirPlaceAndWhatCanBeReadIsListed()
    {
        using var folder = new TempFolder();
        folder.Write("fine-kontrakt/pod.yaml", Pod);
        var file = folder.Write("wrong-kontrakt/pod.yaml", Pod.Replace("kontrakt: test", "kontrakt: tset"));

        var printed = await PrintedDocument.RunAsync(["list", "-f", folder.Path]);

        Assert.AreEqual(2, printed.ExitCode, printed.Error);
        Assert.AreEqual(1, printed.Root.GetProperty("kontrakts").GetArrayLength());
        var error = printed.Root.GetProperty("diagnostics").EnumerateArray().Single(each => Text(each, "code") == "KTR1005");
        Assert.AreEqual($"error {file} 3 44", $"{Text(error, "severity")} {Text(error, "file")} {error.GetProperty("line")} {error.GetProperty("column")}");
        Assert.Contains("is unknown", Text(error, "message"));
        Assert.Contains("docs/diagnostics.md#ktr1005", Text(error, "help"));
        Assert.Contains("error KTR1005", printed.Error);
    }

    /// <summary>Nothing was read yet, not even the settings.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("list")]
    [DataRow("run")]
    [DataRow("doctor")]
    [DataRow("engine status")]
    [DataRow("verify registry.example.com/a:1")]
    public async Task ASettingThatCannotBeReadIsADocumentToo(string command)
    {
        var printed = await PrintedDocument.RunAsync([.. command.Split(' '), "--timeout", "soon"]);

        Assert.AreEqual(2, printed.ExitCode, printed.Error);
        CollectionAssert.AreEqual(new[] { "KTR1019" }, printed.Codes.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task ARunThatFailsEarlyIsADocumentToo()
    {
        using var folder = new TempFolder();

        var none = await PrintedDocument.RunAsync(["run", "-f", folder.Path, "--kubeconfig", "/nowhere"]);
        folder.Write("smoke-kontrakt/pod.yaml", Pod);
        var unreachable = await PrintedDocument.RunAsync(["run", "-f", folder.Path, "--kubeconfig", Production(folder), "--context", "production", "--source-reference", "r"]);

        CollectionAssert.AreEqual(new[] { "KTR1007" }, none.Codes.ToArray());
        Assert.IsFalse(none.Root.TryGetProperty("run", out _));
        CollectionAssert.AreEqual(new[] { "KTR3001" }, unreachable.Codes.ToArray());
        Assert.AreEqual("discovered", Text(unreachable.Root.GetProperty("run").GetProperty("kontrakts")[0], "state"));
        Assert.IsTrue(Directory.Exists(Text(unreachable.Root, "folder")));
    }

    /// <summary>A run that passed, one whose test failed, and a Secret in its log.</summary>
    [TestMethod, Timeout(180_000)]
    public async Task ARunIsItsRecord()
    {
        await using var place = await RunPlace.FindAsync("cluster", TestContext.CancellationToken);
        using var folder = new TempFolder();
        var file = folder.Write("smoke-kontrakt/pod.yaml", $$$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: hidden}
            stringData: {password: correct-horse-battery}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: smoke, labels: {kontrakt: test}}
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: {{{place.Image}}}
                  command: [sh, -c, "echo the password is $PASSWORD; exit 3"]
                  env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: hidden, key: password} } }]
            """);

        var failed = await PrintedDocument.RunAsync(["run", "-f", folder.Path, .. place.Options, "--source-reference", "r"]);
        File.WriteAllText(file, File.ReadAllText(file).Replace("exit 3", "exit 0"));
        var passed = await PrintedDocument.RunAsync(["run", "-f", folder.Path, .. place.Options, "--source-reference", "r"]);

        Assert.AreEqual(1, failed.ExitCode, failed.Error);
        Assert.AreEqual(1, failed.Root.GetProperty("summary").GetProperty("failed").GetInt32());
        CollectionAssert.AreEqual(new[] { "KTR4001" }, failed.Codes.ToArray());
        Assert.Contains("the password is", Text(failed.Root.GetProperty("diagnostics")[0], "message"));
        Assert.DoesNotContain("correct-horse-battery", failed.Root.GetRawText());
        Assert.AreEqual(0, passed.ExitCode, passed.Error);
        var record = passed.Root.GetProperty("run");
        Assert.AreEqual("passed", Text(record.GetProperty("kontrakts")[0], "state"));
        using var saved = JsonDocument.Parse(File.ReadAllText(Path.Combine(Text(passed.Root, "folder"), "run.json")));
        Assert.IsTrue(JsonElement.DeepEquals(saved.RootElement, record), $"{saved.RootElement}\n{record}");
        Assert.AreEqual(0, passed.Root.GetProperty("diagnostics").GetArrayLength());
    }

    [TestMethod, Timeout(60_000)]
    public async Task VerifyHasTheContract()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(kontrakts: ["orders"]));
        var unattested = await setting.MakeImageAsync("2");

        var passed = await PrintedDocument.RunAsync(["verify", setting.Image.ToString()]);
        var failed = await PrintedDocument.RunAsync(["verify", unattested.ToString()]);

        Assert.AreEqual(0, passed.ExitCode, passed.Error);
        Assert.AreEqual(setting.Image.ToString(), Text(passed.Root, "image"));
        Assert.IsFalse(passed.Root.GetProperty("signed").GetBoolean());
        Assert.AreEqual("orders", Text(passed.Root.GetProperty("contracts")[0].GetProperty("kontrakts")[0], "name"));
        Assert.AreEqual(1, failed.ExitCode, failed.Error);
        CollectionAssert.AreEqual(new[] { "KTR2160" }, failed.Codes.ToArray());
        Assert.IsFalse(failed.Root.TryGetProperty("image", out _));
    }

    [TestMethod, Timeout(180_000)]
    public async Task EngineStatusSaysWhereItIs()
    {
        await using var engine = new TestEngine(TestContext.CancellationToken);

        var stopped = await PrintedDocument.RunAsync(["engine", "status", "--engine-directory", engine.Folder.Path]);
        var handshake = await engine.StartAsync();
        var running = await PrintedDocument.RunAsync(["engine", "status", "--engine-directory", engine.Folder.Path]);

        Assert.AreEqual(1, stopped.ExitCode);
        Assert.IsFalse(stopped.Root.GetProperty("running").GetBoolean());
        Assert.AreEqual(0, running.ExitCode, running.Error);
        Assert.AreEqual(handshake.Pid, running.Root.GetProperty("process").GetInt32());
        Assert.AreEqual(handshake.Registry, Text(running.Root, "registry"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task DoctorHasEachCheck()
    {
        using var folder = new TempFolder();
        string[] arguments = ["doctor", "-f", folder.Path, "--source-reference", "r", "--kubeconfig", Production(folder), "--context", "production"];

        var printed = await PrintedDocument.RunAsync(arguments, new() { ["HTTPS_PROXY"] = "http://ada:s3cret@127.0.0.1:1" });
        var (_, text, _) = await CommandLines.RunAsync(arguments);
        var (exitCode, brief, error) = await CommandLines.RunAsync([.. arguments, "--json"]);

        Assert.AreEqual(1, printed.ExitCode, printed.Error);
        Assert.IsFalse(printed.Root.GetProperty("works").GetBoolean());
        Assert.HasCount(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, printed.Root.GetProperty("checks").EnumerateArray().ToList());
        var cluster = printed.Root.GetProperty("checks").EnumerateArray().Single(check => Text(check, "name") == "cluster");
        Assert.AreEqual("failed KTR3001", $"{Text(cluster, "state")} {Text(cluster, "code")}");
        Assert.DoesNotContain("s3cret", printed.Root.GetRawText());
        PrintedDocument.Read(exitCode, brief, error);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("list")]
    [DataRow("run")]
    [DataRow("doctor")]
    [DataRow("engine status")]
    [DataRow("verify registry.example.com/a:1")]
    public async Task AnotherFormIsRefusedWithThoseThereAre(string command)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([.. command.Split(' '), "--output", "xml"]);

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        Assert.Contains("'xml'", error);
        Assert.Contains("'text'", error);
        Assert.Contains("'json'", error);
    }

    private static string Production(TempFolder folder) => folder.Write("kubeconfig", "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: s3cret}}]\ncontexts: [{name: production, context: {cluster: c, user: u}}]\n");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
