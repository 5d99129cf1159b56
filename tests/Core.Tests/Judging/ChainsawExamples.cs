using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>What chainsaw's documentation and examples say with expressions, said here: each with an object for which it holds and one for which it does not.</summary>
[TestClass]
public sealed class ChainsawExamples
{
    [TestMethod, Timeout(60_000)]
    [DataRow("a comparison", "spec: {replicas: !cel self > 3}", "spec: {replicas: 4}", "spec: {replicas: 3}")]
    [DataRow("a range", "spec: {replicas: !cel self > 1 && self < 4}", "spec: {replicas: 3}", "spec: {replicas: 4}")]
    [DataRow("a filtered list with one element", "status:\n  conditions: !cel self.exists_one(c, c.type == \"Ready\") && self.exists(c, c.type == \"Ready\" && c.status == \"True\")", "status: {conditions: [{type: Ready, status: 'True'}, {type: Other, status: 'False'}]}", "status: {conditions: [{type: Ready, status: 'False'}, {type: Other, status: 'True'}]}")]
    [DataRow("for each element", "spec:\n  containers: !cel self.all(c, has(c.securityContext))", "spec: {containers: [{securityContext: {}}, {securityContext: {x: 1}}]}", "spec: {containers: [{securityContext: {}}, {name: b}]}")]
    [DataRow("for each that is filtered", "spec:\n  containers: !cel self.filter(c, c.name == \"container-1\").all(c, c.image == \"nginx-1\")", "spec: {containers: [{name: container-1, image: nginx-1}, {name: container-2, image: nginx-2}]}", "spec: {containers: [{name: container-1, image: nginx-2}]}")]
    [DataRow("for each, with its index", "spec:\n  containers: !cel 'self.all(i, c, c.image == \"nginx-\" + string(i + 1))'", "spec: {containers: [{image: nginx-1}, {image: nginx-2}]}", "spec: {containers: [{image: nginx-1}, {image: nginx-1}]}")]
    [DataRow("for each inside of each", "spec:\n  containers: !cel 'self.all(i, c, c.env.all(e, e.name == \"ENV_\" + string(i + 1) && e.value == \"value-\" + string(i + 1)))'", "spec: {containers: [{env: [{name: ENV_1, value: value-1}]}, {env: [{name: ENV_2, value: value-2}]}]}", "spec: {containers: [{env: [{name: ENV_1, value: value-2}]}]}")]
    [DataRow("a field from above, bound", "spec:\n  template:\n    spec:\n      containers: !cel self.all(c, has(object.spec.template.spec.securityContext) || has(c.securityContext))", "spec: {template: {spec: {securityContext: {}, containers: [{name: a}]}}}", "spec: {template: {spec: {containers: [{name: a}]}}}")]
    [DataRow("a function on a label", "metadata:\n  labels:\n    type: !cel self.startsWith(\"my-first-\")", "metadata: {labels: {type: my-first-configmap}}", "metadata: {labels: {type: my-second}}")]
    [DataRow("a length", "spec: {containers: !cel size(self) == 2}", "spec: {containers: [{name: a}, {name: b}]}", "spec: {containers: [{name: a}]}")]
    [DataRow("something that is there", "metadata: {uid: !cel self != null}", "metadata: {uid: a-b}", "metadata: {}")]
    [DataRow("a computed value", "data:\n  foo: !cel self == string(1 + 2)", "data: {foo: '3'}", "data: {foo: '12'}")]
    [DataRow("texts joined", "metadata:\n  name: !cel self == [object.metadata.namespace, \"cm\"].join(\"-\")", "metadata: {name: x-cm, namespace: x}", "metadata: {name: y-cm, namespace: x}")]
    [DataRow("a text that is a number", "spec:\n  version: !cel int(self.split(\".\")[1]) >= 29", "spec: {version: '1.30'}", "spec: {version: '1.28'}")]
    public void HoldAndDoNotHold(string what, string expected, string so, string notSo)
    {
        Assert.IsEmpty(Match(expected, so), what);
        Assert.IsNotEmpty(Match(expected, notSo), what);
    }

    private static IReadOnlyList<Mismatch> Match(string expected, string actual) => ObjectMatcher.Match(Parse(expected), Parse(actual), null);

    private static JsonObject Parse(string text) => (JsonObject)YamlFile.Parse("example", text, expressions: true).Documents[0].ToJson()!;
}
