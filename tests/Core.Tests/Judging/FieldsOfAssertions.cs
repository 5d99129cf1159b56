using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>What an assertion says that no object of its kind can have.</summary>
[TestClass]
public sealed class FieldsOfAssertions
{
    private static string Thing(string spec) => $"apiVersion: example.org/v1\nkind: Thing\nspec:\n  {spec}\n";

    private static string Check(string text, ManifestRole role = ManifestRole.Assert)
    {
        var assertion = Yaml.Manifest(text, role);
        var found = TestSchemas.Of(assertion.Object) is { } schema ? AssertionFields.Check(assertion, schema) : [];
        return string.Join('\n', found.Select(each => $"({each.Location!.Line},{each.Location.Column}) {each.Code}: {each.Message}"));
    }

    [TestMethod]
    public void AnUnknownFieldIsAnErrorAtItsKey() =>
        Assert.AreEqual("(3,1) KTR4051: a ConfigMap has no field datta (did you mean 'data'?), so nothing could ever match this assertion, and it would always pass. Remove it or correct its name.",
            Check("apiVersion: v1\nkind: ConfigMap\ndatta: {foo: bar}\n", ManifestRole.Error));

    [TestMethod]
    public void UnknownFieldsAreFoundInsideOfLists() =>
        StringAssert.StartsWith(Check("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n        - {name: b, imagee: x}\n"),
            "(8,21) KTR4051: a Deployment has no field spec.template.spec.containers[1].imagee (did you mean 'image'?), so this assertion could never hold.");

    [TestMethod]
    public void AnUnknownFieldOfAnExpressionIsAnErrorAtItsName() =>
        Assert.AreEqual("(6,55) KTR4051: a Deployment has no field spec.template.spec.containers[].imagee (did you mean 'image'?), so this expression asks for what no object has. Remove it or correct its name.",
            Check("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers: !cel self.exists(c, has(c.env) && c.imagee == \"x\")\n", ManifestRole.Error));

    [TestMethod]
    [DataRow("self.exists(c, has(c.imagee))", "containers[].imagee")]
    [DataRow("self.exists(c, has( c . imagee ))", "containers[].imagee")]
    [DataRow("self.exists(c, \"imagee\" in c)", "containers[].imagee")]
    [DataRow("self.exists(c, c[\"imagee\"] == \"x\")", "containers[].imagee")]
    [DataRow("self.exists(i, c, has(c.imagee) && i == 0)", "containers[].imagee")]
    [DataRow("self.filter(c, has(c.env)).all(c, has(c.imagee))", "containers[].imagee")]
    [DataRow("has(self[0].imagee)", "containers[].imagee")]
    [DataRow("self.filter(c, has(c.env))[0].imagee == \"x\"", "containers[].imagee")]
    [DataRow("self.map(c, c.imagee) == [\"x\"]", "containers[].imagee")]
    [DataRow("self.map(c, c.env).exists(e, has(e[0].nam))", "containers[].env[].nam")]
    [DataRow("(size(self) == 1 ? self : self).exists(c, has(c.imagee))", "containers[].imagee")]
    [DataRow("self.exists(c, c.env.all(e, e.nam == \"x\"))", "containers[].env[].nam")]
    [DataRow("size(self) == 1 ? true : [object.spec.replica][0] == 2", "spec.replica")]
    [DataRow("size(object.spec.template.spec.containr) == 1", "template.spec.containr")]
    [DataRow("{\"a\": object.spec.replica}.a == 1", "spec.replica")]
    [DataRow("self.exists(self2, has(self2.name)) || object.specs.a == 1", "field specs")]
    public void UnknownFieldsAreFoundInAllPartsOfAnExpression(string expression, string field)
    {
        var found = Check($"apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers: !cel '{expression}'\n", ManifestRole.Error);

        Assert.HasCount(1, found.Split('\n'), found);
        StringAssert.Contains(found, field + " (");
    }

    /// <summary>Keys of one's own choice, what the schema leaves open, and what is no field.</summary>
    [TestMethod]
    [DataRow("apps/v1", "Deployment", "metadata: {labels: !cel 'has(self.mine) && \"app\" in self && self[\"a/b\"] == \"x\"'}")]
    [DataRow("apps/v1", "Deployment", "metadata: !cel 'self.labels.exists(k, k == \"x\") && self.labels.all(k, v, v.size() > 1)'")]
    [DataRow("apps/v1", "Deployment", "spec: {template: {spec: {containers: !cel 'self.exists(c, \"imagee\" in dyn(c))'}}}")]
    [DataRow("apps/v1", "Deployment", "spec: {template: {spec: {containers: !cel 'self.all(c, \"--verbose\" in c.args && c.name in [\"a\"])'}}}")]
    [DataRow("apps/v1", "Deployment", "spec: {template: {spec: {containers: !cel 'self.map(c, c.env).exists(e, has(e[0].name)) && \"a\" in self.map(c, c.name)'}}}")]
    [DataRow("apps/v1", "Deployment", "spec: {template: {spec: {containers: !cel '(size(self) == 1 ? self : self.filter(c, has(c.env))).all(c, has(c.name))'}}}")]
    [DataRow("example.org/v1", "Thing", "spec: {free: !cel has(self.any.thing)}")]
    [DataRow("example.org/v1", "Open", "spec: !cel has(self.any.thing)")]
    public void FieldsOfExpressionsMayBeThere(string apiVersion, string kind, string rest) => Assert.AreEqual("", Check($"apiVersion: {apiVersion}\nkind: {kind}\n{rest}\n"));

    [TestMethod]
    public void AWrongTypeIsAnErrorAtItsValue() =>
        Assert.AreEqual("(4,13) KTR4052: spec.replicas of a Deployment is a whole number, and here it is \"2\", so this assertion could never hold. Correct the value.",
            Check("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: \"2\"\n"));

    [TestMethod]
    public void ATextWithoutQuotesIsSaidToNeedThem() =>
        StringAssert.Contains(Check("apiVersion: v1\nkind: ConfigMap\ndata: {port: 80}\n"), "data.port of a ConfigMap is a text, and here it is 80 (put it in quotes)");

    [TestMethod]
    [DataRow("mode: Fats", "is one of Fast, Slow, and here it is \"Fats\"")]
    [DataRow("mode: Fast", "")]
    [DataRow("every: 5", "is a duration such as 1m30s")]
    [DataRow("every: 1m30s", "")]
    [DataRow("at: tomorrow", "is a time such as")]
    [DataRow("at: 2026-11-30T08:57:33+01:00", "")]
    [DataRow("ratio: 0.5", "")]
    [DataRow("ratio: \"0.5\"", "is a number")]
    [DataRow("size: 10Gi", "")]
    [DataRow("size: 5", "")]
    [DataRow("size: large", "is a quantity such as 500m or 1Gi")]
    [DataRow("size: [1]", "is a quantity such as 500m or 1Gi")]
    [DataRow("limits: [a]", "is a mapping")]
    [DataRow("limits: {a: {b: c}}", "is a text")]
    [DataRow("free: {any: [thing]}", "")]
    [DataRow("mode: null", "")]
    [DataRow("mode: [Fast]", "is a text")]
    public void ValuesAreHeldToTheirTypes(string spec, string said)
    {
        var found = Check(Thing(spec));

        if (said.Length == 0)
            Assert.AreEqual("", found);
        else
            StringAssert.Contains(found, said);
    }

    [TestMethod]
    [DataRow("apiVersion: example.org/v1\nkind: Open\nspec: {any: 1}\n")]
    [DataRow("apiVersion: example.org/v1\nkind: WithoutSchema\nspec: {any: 1}\n")]
    public void AKindWithoutSchemaIsNotChecked(string text) => Assert.AreEqual("", Check(text));

    [TestMethod]
    public void AValueOfASecretIsNotShown()
    {
        var found = Check("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata:\n  password: sw0rdfish-9\n");

        StringAssert.StartsWith(found, "(5,13) KTR4052: data.password of a Secret is base64, so");
        Assert.DoesNotContain("sw0rdfish", found);
    }
}
