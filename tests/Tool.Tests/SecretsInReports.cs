using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>A program that prints a secret in every form it likes: neither the console nor any report nor any file of the run shows one of them.</summary>
[TestClass]
public sealed class SecretsInReports
{
    private const string Value = "p+w&q\"r'<s>/é‹ tail-9";

    /// <summary>What the pod prints, with other letters in place of those that the shell makes.</summary>
    private static readonly string[] Forms =
    [
        Value, @"p\u002Bw\u0026q\u0022r\u0027\u003Cs\u003E/\u00E9\u2039 tail-9", @"p+w\u0026q\""r'\u003cs\u003e/é‹ tail-9", @"p+w&q\""r'<s>/\u00e9\u2039 tail-9",
        "p%2Bw%26q%22r%27%3Cs%3E%2F%C3%A9%E2%80%B9%20tail-9", "p%2bw%26q%22r%27%3cs%3e%2f%c3%a9%e2%80%b9+tail-9", "p+w&amp;q&quot;r&#39;&lt;s&gt;/é‹ tail-9",
        "p+w&amp;q&#34;r&#x27;&lt;s&gt;/é‹ tail-9",
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task NoReportShowsAFormOfAValue(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("tool-secrets-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "leaks-kontrakt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "leaks-kontrakt", "leaks.yaml"), $$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: db}
            data: {password: {{Base64(Value)}}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: leaks, labels: {kontrakt: test} }
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: {{place.Image}}
                  env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password} } }, {name: FORMS, valueFrom: {configMapKeyRef: {name: forms, key: forms} } }]
                  command: [sh, -c, 'echo "$FORMS" | base64 -d; printf %s "$P" | base64; printf "user:%s" "$P" | base64; printf %s "$P" | od -An -v -tx1 | tr -d " \n"; echo; echo the end; exit 1']
            """, TestContext.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "leaks-kontrakt", "forms.yaml"), $$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: forms}
            data: {forms: {{Base64(string.Join('\n', Forms) + "\n")}}}
            """, TestContext.CancellationToken);
        var environment = new Dictionary<string, string> { ["SOURCE_REFERENCE"] = "x" };

        var outcome = await ToolProcess.KontraktAsync(folder, ["run", .. place.Options, "--junit", "r.xml", "--trx", "r.trx", "--html", "r.html", "--markdown", "r.md"], environment, TestContext.CancellationToken);

        Assert.AreEqual(1, outcome.ExitCode, outcome.Log);
        Assert.Contains("the end", outcome.Log);
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".yaml", StringComparison.Ordinal)).ToList();
        foreach (var report in new[] { "r.xml", "r.trx", "r.html", "r.md" })
            Assert.Contains("the end", await File.ReadAllTextAsync(Path.Combine(folder, report), TestContext.CancellationToken), report);
        foreach (var (name, text) in files.Select(file => (file, File.ReadAllText(file))).Append(("console", outcome.Log)))
        {
            foreach (var form in Forms.Concat([Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Value)), Base64(Value)[..^4], Base64($"user:{Value}")[8..^4]]))
                Assert.IsFalse(text.Contains(form, StringComparison.Ordinal), $"{name} shows {form}");
            // However a report has escaped it: the end of the value is in none.
            Assert.IsFalse(text.Contains("tail-9", StringComparison.Ordinal), $"{name} shows the end of the value");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
