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
