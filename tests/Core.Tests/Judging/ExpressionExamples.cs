using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>What docs/assertions.md shows of expressions is so.</summary>
[TestClass]
public sealed partial class ExpressionExamples
{
    private static readonly JsonObject Deployment = Parse("""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          template:
            spec:
              containers:
              - {name: api, image: "localhost:5000/api:1", resources: {limits: {memory: 64Mi}}}
              - {name: proxy, image: "localhost:5000/proxy:1", resources: {limits: {memory: 128Mi}}}
        status:
          readyReplicas: 3
          conditions: [{type: Available, status: "True"}]
        """);

    [TestMethod, Timeout(60_000)]
    public void InYamlHold()
    {
        var examples = Fence().Matches(Section()).Select(match => match.Groups["text"].Value).ToList();

        Assert.HasCount(2, examples);
        foreach (var example in examples)
            Assert.IsEmpty(ObjectMatcher.Match(Parse(example), Deployment, null), example);
    }

    /// <summary>Each expression of the tables, at a field for which it holds.</summary>
    [TestMethod, Timeout(60_000)]
    public void InTheTablesHold()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["self >= 2"] = "2",
            ["self > 1 && self < 4"] = "3",
            ["self in [\"Running\", \"Succeeded\"]"] = "Running",
            ["self.startsWith(\"web-\")"] = "web-1",
            ["self.matches(\"v[0-9]+\")"] = "web-v2-x",
            ["self.matches(\"^v[0-9]+$\")"] = "v2",
            ["size(self) == 3"] = "[1, 2, 3]",
            ["self == [\"a\", \"b\"]"] = "[a, b]",
            ["sets.equivalent(self, [\"a\", \"b\"])"] = "[b, a]",
            ["self.all(c, has(c.securityContext))"] = "[{securityContext: {}}]",
            ["self.all(i, c, c.name == \"worker-\" + string(i))"] = "[{name: worker-0}, {name: worker-1}]",
            ["self.filter(c, c.name == \"api\").all(c, c.image.endsWith(\":1\"))"] = "[{name: api, image: 'x:1'}, {name: z, image: 'x:2'}]",
            ["self != null"] = "0",
            ["self == null || self < 3"] = "null",
            ["quantity(self).isGreaterThan(quantity(\"100m\"))"] = "1",
            ["timestamp(self) > timestamp(\"2026-01-01T00:00:00Z\")"] = "\"2026-11-30T00:00:00Z\"",
            ["duration(self) < duration(\"5m\")"] = "1m30s",
            ["self[\"app.kubernetes.io/name\"] == \"web\""] = "{app.kubernetes.io/name: web}",
            ["\"x\" in self"] = "[x]",
            ["self.readyReplicas == self.replicas"] = "{readyReplicas: 1, replicas: 1}",
            ["self > 2"] = "3",
            ["self.all(i, c, c.image == \"nginx-\" + string(i))"] = "[{image: nginx-0}]",
            ["self.startsWith(\"my-\")"] = "my-x",
            ["size(self) == 2"] = "[1, 2]",
        };
        var shown = Expression().Matches(Section()).Select(match => match.Groups["text"].Value.Replace("\\|", "|", StringComparison.Ordinal)).Distinct().ToList();

        foreach (var text in shown)
        {
            var expected = (JsonObject)YamlFile.Parse("shown", $"field: {text}", expressions: true).Documents[0].ToJson()!;
            Assert.IsTrue(values.TryGetValue(expected["field"]!["!cel"]!.ToString(), out var value), $"no value is given here for: {text}");
            Assert.IsEmpty(ObjectMatcher.Match(expected, Parse($"field: {value}"), null), text);
        }
        Assert.HasCount(values.Count, shown);
    }

    private static string Section()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "assertions.md"));
        var from = text.IndexOf("\n## Expressions\n", StringComparison.Ordinal);
        var to = text.IndexOf("\n## ", from + 5, StringComparison.Ordinal);
        return to < 0 ? text[from..] : text[from..to];
    }

    private static JsonObject Parse(string text) => (JsonObject)YamlFile.Parse("example", text, expressions: true).Documents[0].ToJson()!;

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    /// <summary>What stands in backticks and begins with the tag, or has it behind a field.</summary>
    [GeneratedRegex("`(?:[a-z][A-Za-z]*: )?(?<text>!cel (?!self.exists)[^`]+)`")]
    private static partial Regex Expression();
}
