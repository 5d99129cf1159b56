using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Tests.Schemas;

/// <summary>docs/schemas has what editors read of manifests and assertions; it says what the code says. With KONTRAKT_WRITE_SCHEMAS=1 these tests write it.</summary>
[TestClass]
public sealed class SchemasOfEditors
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: 'a:1'}]}\n";
    private const string Cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  jobTemplate: {spec: {template: {metadata: {labels: {kontrakt: test}}, spec: {restartPolicy: Never, containers: [{name: main, image: 'a:1'}]}}}}\n";
    private const string Assertion = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, annotations: {kontrakt/timeout: 90s}}\nstatus: {replicas: !cel self >= 2}\n";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [TestMethod, Timeout(60_000)]
    public void OfManifestsAreWhatTheCodeSays() => SchemaFile.Check("manifest.schema.json", EditorSchemas.Manifest().ToJsonString(Readable));

    [TestMethod, Timeout(60_000)]
    public void OfAssertionsAreWhatTheCodeSays() => SchemaFile.Check("assertion.schema.json", EditorSchemas.Assertion().ToJsonString(Readable));

    [TestMethod, Timeout(60_000)]
    [DataRow("{kontrakt: test}", "{kontrakt: test}")]
    [DataRow("{kontrakt: test}", "{kontrakt: target}")]
    [DataRow("{kontrakt: test}", "{type: kontrakt-test, app: a}")]
    [DataRow("{kontrakt: test}", "{kontrakt: test, type: web}")]
    [DataRow("{kontrakt: test}", "{kontrakt: tset}")]
    [DataRow("{kontrakt: test}", "{kontrakt: Test}")]
    [DataRow("{kontrakt: test}", "{type: kontrakt-tests}")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/timeout: 90s},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/timeout: 1h30M},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/timeout: '00:10:00'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/timeout: '90'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/timeout: soon},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/wait: 'false'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/wait: 'no'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/cache: never},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/cache: always},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/container: main},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/container: ' main '},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/container: 'main,'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/container: Main},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/after: 'db,'},")]
    [DataRow("name: a,", "name: a, annotations: {kontrakt/retries: '3'},")]
    [DataRow("name: a,", "name: a, annotations: {example.com/anything: '3'},")]
    public void OfManifestsJudgeAsTheCodeDoes(string from, string to)
    {
        var text = Pod.Replace(from, to);

        Assert.AreEqual(Problem("pod.yaml", text), SchemaProblem(EditorSchemas.Manifest(), text, expressions: false), text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kontrakt: test", "kontrakt: completion")]
    [DataRow("kontrakt: test", "kontrakt: tset")]
    [DataRow("metadata: {labels", "metadata: {annotations: {kontrakt/wait: perhaps}, labels")]
    public void OfManifestsLookAtPodsOfOtherKinds(string from, string to)
    {
        var text = Cron.Replace(from, to);

        Assert.AreEqual(Problem("cron.yaml", text), SchemaProblem(EditorSchemas.Manifest(), text, expressions: false), text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kontrakt/timeout", "kontrakt/timeout")]
    [DataRow("kontrakt/timeout: 90s", "kontrakt/timeout: 90")]
    [DataRow("kontrakt/timeout: 90s", "kontrakt/wait: 'false'")]
    [DataRow("kind: Deployment\n", "")]
    [DataRow("replicas: !cel", "(replicas): !cel")]
    [DataRow("{replicas: !cel self >= 2}", "{conditions: [{~.type: Ready}]}")]
    [DataRow("{replicas: !cel self >= 2}", "{'replicas->r': 2}")]
    [DataRow("{replicas: !cel self >= 2}", "{'{{ .key }}': 2}")]
    [DataRow("{replicas: !cel self >= 2}", "{conditions: [{type: Ready}]}")]
    public void OfAssertionsJudgeAsTheCodeDoes(string from, string to)
    {
        var text = Assertion.Replace(from, to);

        Assert.AreEqual(Problem("a.assert.yaml", text), SchemaProblem(EditorSchemas.Assertion(), text, expressions: true), text);
    }

    /// <summary>What Kontrakt itself has in its samples is right in an editor, too.</summary>
    [TestMethod, Timeout(60_000)]
    public void LetTheSamplesPass()
    {
        string[] files = [.. from sample in (string[])["Hello", "Shop", "Polyglot"]
                             from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", sample), "*.yaml", SearchOption.AllDirectories)
                             where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                             select file];

        Assert.IsGreaterThan(3, files.Length);
        foreach (var file in files)
        {
            var isAssertion = ManifestRoles.Of(file) != ManifestRole.Object;
            Assert.IsFalse(SchemaProblem(isAssertion ? EditorSchemas.Assertion() : EditorSchemas.Manifest(), File.ReadAllText(file), isAssertion), file);
        }
    }

    /// <summary>Whether a run would refuse it.</summary>
    private static bool Problem(string name, string text)
    {
        var folder = Directory.CreateTempSubdirectory("kontrakt-schemas-").FullName;
        try
        {
            var file = Path.Combine(folder, name);
            File.WriteAllText(file, text);
            List<string> files = [file];
            if (name != "pod.yaml")
            {
                files.Add(Path.Combine(folder, "test.yaml"));
                File.WriteAllText(files[^1], Pod.Replace("name: a", "name: other"));
            }
            ManifestReader.Read(new("a", folder, files, null), new SourceReader(folder));
            return false;
        }
        catch (KontraktException refused)
        {
            // A target alone is no kontrakt, which is nobody's matter in an editor.
            return refused.Diagnostics.Any(diagnostic => diagnostic.Code != Ktr.NoTest.Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool SchemaProblem(JsonObject schema, string yaml, bool expressions)
    {
        schema = schema.DeepClone().AsObject();
        schema.Remove("$id");
        var compiled = JsonSchema.FromText(schema.ToJsonString());
        return YamlFile.Parse("file.yaml", yaml, expressions).Documents.Any(document => !compiled.Evaluate(JsonSerializer.SerializeToElement(document.ToJson())).IsValid);
    }
}
