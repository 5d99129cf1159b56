using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

/// <summary>What an assertion may be written in: values and expressions, and nothing of other tools.</summary>
[TestClass]
public sealed class AssertionNotations
{
    private const string Head = "apiVersion: apps/v1\nkind: Deployment\n";

    [TestMethod, Timeout(60_000)]
    [DataRow("spec: {replicas: !cel self > 2}")]
    [DataRow("spec:\n  replicas: !cel self > 2 && self < 9 # a comment")]
    [DataRow("spec:\n  replicas: !cel 'self in [1, 2]'")]
    [DataRow("spec:\n  replicas: !cel self in [1, 2]")]
    [DataRow("spec: {replicas: !cel \"self in [1, 2]\"}")]
    [DataRow("spec:\n  replicas: !cel |\n    self > 2\n    && self < 9\n")]
    [DataRow("spec:\n  replicas: !cel >-\n    self > 2 &&\n    self < 9\n")]
    [DataRow("status:\n  conditions: !cel self.exists(c, c.type == \"Ready\" && c.status == \"True\")")]
    [DataRow("metadata: {name: !cel self.startsWith(\"a\")}\nstatus: !cel self.readyReplicas == object.spec.replicas")]
    [DataRow("spec: {replicas: &two !cel self == 2}\nstatus: {readyReplicas: *two}")]
    [DataRow("spec: {template: {spec: {containers: [{name: a, image: !cel 'self.endsWith(\"${kontrakt.sourceReference}\")'}]}}}")]
    [DataRow("metadata:\n  annotations:\n    a: |\n      ({{ .Values.x }})\n")]
    [DataRow("metadata:\n  annotations:\n    a: self\n    b: selfish == 1\n    c: object.json\n    d: |\n      !cel self\n")]
    public void AreExpressionsAsValues(string text)
    {
        using var root = new TempFolder();

        var read = ManifestReader.Read(new("k", root.Path, [root.Write("a.assert.yaml", Head + text), root.Write("b.error.yml", Head + text)], null));

        Assert.HasCount(2, read.Assertions);
        Assert.IsEmpty(read.Images, "an expression about an image is no image");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("spec:\n  replicas: !cel self > > 2", "4,25 KTR1070", "'>' is found where a value is expected")]
    [DataRow("spec:\n  replicas: !cel 'self > > 2'", "4,26 KTR1070", "'>' is found where")]
    [DataRow("spec:\n  replicas: !cel |\n    self > 2\n    && selv < 9\n", "6,8 KTR1070", "there is no 'selv'")]
    [DataRow("spec:\n  replicas: !cel >-\n    self > 2 &&\n    selv < 9\n", "4,18 KTR1070", "there is no 'selv'")]
    [DataRow("spec:\n  replicas: !cel size(self)", "4,18 KTR1070", "it gives int, not true or false")]
    [DataRow("spec:\n  replicas: !cel", "4,17 KTR1070", "a value is missing")]
    [DataRow("spec:\n  replicas: !cel\n  paused: false", "4,17 KTR1070", "a value is missing")]
    [DataRow("spec:\n  replicas: !cel foo(self)\n  paused: !cel bar(self)", "4,18 KTR1070; 5,16 KTR1070", "no function 'foo'")]
    [DataRow("metadata: {annotations: {team: \"!cel self.startsWith('orders')\"}}", "3,32 KTR1070", "inside of the quotes")]
    [DataRow("status:\n  phase: '!cel self == \"Succeeded\"'", "4,10 KTR1070", "inside of the quotes")]
    [DataRow("metadata:\n  labels:\n    team: self.startsWith('orders')", "5,11 KTR1070", "Write !cel before it")]
    [DataRow("status:\n  phase: self == 'Succeeded'", "4,10 KTR1070", "Write !cel before it")]
    [DataRow("spec:\n  containers: size(self) > 1", "4,15 KTR1070", "Write !cel before it")]
    [DataRow("spec:\n  (replicas > 2): true", "4,3 KTR1071", "replicas: !cel self > 2")]
    [DataRow("spec:\n  \"(replicas > `2`)\": true", "4,3 KTR1071", "chainsaw")]
    [DataRow("status:\n  (conditions[?type == 'Ready']):\n  - status: 'True'", "4,3 KTR1071", "chainsaw")]
    [DataRow("spec:\n  ~.(containers):\n    image: x", "4,3 KTR1071", "self.all(x,")]
    [DataRow("spec:\n  ~index.(containers):\n    image: x", "4,3 KTR1071", "self.all(x,")]
    [DataRow("spec:\n  replicas->x: 1", "4,3 KTR1071", "no bindings")]
    [DataRow("spec:\n  template: ($x)", "4,13 KTR1071", "no bindings")]
    [DataRow("spec:\n  template: \"(join('-', [$namespace, 'cm']))\"", "4,13 KTR1071", "If it is just text")]
    [DataRow("metadata:\n  name: '{{ .Name }}'", "4,9 KTR1071", "Nothing fills in")]
    [DataRow("metadata:\n  labels: {x: ['a-{{ .Name }}']}", "4,16 KTR1071", "Nothing fills in")]
    [DataRow("spec: !cel [1] == self", "3,7 KTR1001", "is quoted as a whole")]
    [DataRow("spec: !cel \"a\" in self", "3,16 KTR1001", "is quoted as a whole")]
    [DataRow("spec: {a: !cel self in [1]}", "3,24 KTR1001", "is quoted as a whole")]
    [DataRow("spec: {a: !cel self in [1], b: 2}", "3,24 KTR1001", "is quoted as a whole")]
    [DataRow("spec: !cel self == {\"a\": 1}", "3,24 KTR1001", "is quoted as a whole")]
    [DataRow("spec: {a: !cel has(self, b)}", "3,24 KTR1070", "quoted as a whole")]
    [DataRow("spec: !cel !self.paused", "3,12 KTR1001", "is quoted as a whole")]
    [DataRow("spec: {!cel a: 1}", "3,8 KTR1001", "a value, not a key")]
    [DataRow("spec: {\"!cel\": 'self > 1'}", "3,8 KTR1001", "a value, not a key")]
    [DataRow("spec: !CEL self > 1", "3,7 KTR1001", "!CEL")]
    [DataRow("spec: !jq .x", "3,7 KTR1001", "!jq")]
    public void AreNothingElse(string text, string places, string message)
    {
        foreach (var name in new[] { "a.assert.yaml", "a.error.yaml" })
        {
            var error = Refused(name, Head + text);

            Assert.AreEqual(places, string.Join("; ", error.Diagnostics.Select(each => $"{each.Location!.Line},{each.Location.Column} {each.Code}")), error.Message);
            StringAssert.Contains(error.Diagnostics[0].Message, message);
        }
    }

    [TestMethod, Timeout(60_000)]
    public void OfOtherToolsAreNamed()
    {
        StringAssert.Contains(Refused("a.assert.yaml", "(x_k8s_list($client, 'v1', 'Node')):\n  (length(items)): 1\n").Message, "chainsaw");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("# apiVersion: v1\n# kind: Pod\n")]
    [DataRow("---\n---\n")]
    [DataRow("apiVersion: v1\nkind: List\nitems: []\n")]
    public void OfNothingCheckNothing(string text)
    {
        foreach (var name in new[] { "a.assert.yaml", "a.error.yaml" })
        {
            var error = Refused(name, text);

            Assert.AreEqual("1,1 KTR4053", string.Join("; ", error.Diagnostics.Select(each => $"{each.Location!.Line},{each.Location.Column} {each.Code}")), error.Message);
            StringAssert.Contains(error.Message, "this file has no assertion, so it checks nothing");
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("apiVersion: 1\nkind: Pod\n", "1,13 KTR1004", "apiVersion that is a text (here it is 1)")]
    [DataRow("apiVersion: v1\nkind: true\n", "2,7 KTR1004", "kind that is a text (here it is true)")]
    [DataRow("apiVersion: 1.0\nkind: Pod\n", "1,13 KTR1004", "apiVersion that is a text (here it is 1")]
    [DataRow("apiVersion: [v1]\nkind: Pod\n", "1,13 KTR1004", "apiVersion")]
    [DataRow("apiVersion: v1\n", "1,1 KTR1004", "kind")]
    public void NameTheirKindByTexts(string text, string places, string message)
    {
        foreach (var name in new[] { "a.assert.yaml", "a.error.yaml" })
        {
            var error = Refused(name, text);

            Assert.AreEqual(places, string.Join("; ", error.Diagnostics.Select(each => $"{each.Location!.Line},{each.Location.Column} {each.Code}")), error.Message);
            StringAssert.Contains(error.Diagnostics[0].Message, message);
        }
    }

    [TestMethod, Timeout(60_000)]
    public void AreNotForWhatIsApplied()
    {
        var error = Refused("a.yaml", Head + "metadata: {name: a}\nspec: {replicas: !cel self > 2}\n");

        Assert.AreEqual(Ktr.ManifestSyntax, error.Diagnostics[0].Kind);
        Assert.AreEqual((4, 18), (error.Diagnostics[0].Location!.Line, error.Diagnostics[0].Location!.Column));
        StringAssert.Contains(error.Message, "*.assert.yaml");
    }

    [TestMethod, Timeout(60_000)]
    public void KeepTheirBytesButForTokens()
    {
        const string Text = "apiVersion: v1\nkind: Pod\nmetadata: {name: !cel  \"self.endsWith('${kontrakt.sourceReference}')\" } # ${kontrakt.sourceReference}\nspec: {nodeName: !cel \"self.startsWith('x')\"}\n";

        using var root = new TempFolder();
        var file = root.Write("a.assert.yaml", Text);

        var resolved = ManifestResolver.Resolve(ManifestFile.Load(file, file), [], new("abc", null, (_, text) => throw new InvalidOperationException(text)));

        Assert.AreEqual(Text.Replace("endsWith('${kontrakt.sourceReference}')", "endsWith('abc')", StringComparison.Ordinal), resolved.Yaml.Text);
    }

    private static KontraktException Refused(string name, string text)
    {
        using var root = new TempFolder();
        return Assert.ThrowsExactly<KontraktException>(() => ManifestReader.Read(new("k", root.Path, [root.Write(name, text)], null)));
    }
}
