using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Manifests;

/// <summary>The annotation kontrakt/after: what it means, and what it cannot mean.</summary>
[TestClass]
public sealed class Sequences
{
    private static Manifest Pod(string name, string? after = null) =>
        Yaml.Manifest($"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, annotations: {{{(after is null ? "" : $"kontrakt/after: '{after}'")}}}}}, spec: {{containers: [{{name: main}}]}}}}");

    [TestMethod]
    public void AnObjectComesAfterThoseThatItNames()
    {
        var service = Yaml.Manifest("{apiVersion: v1, kind: Service, metadata: {name: db}}");
        Manifest[] all = [Pod("db"), service, Pod("cache"), Pod("smoke", "db, pod/cache")];

        var after = Sequence.Of(all).Single();

        Assert.AreSame(all[3], after.Manifest);
        Assert.AreSequenceEqual(["pod/db", "service/db", "pod/cache"], after.Names!.Select(each => each.Title));
    }

    [TestMethod]
    public void ReadyMeansEverythingThatComesAfterNothing() => Assert.IsNull(Sequence.Of([Pod("db"), Pod("smoke", "ready")]).Single().Names);

    [TestMethod]
    public void TheAnnotationOfThePodTemplateCounts()
    {
        var job = Yaml.Manifest("{apiVersion: batch/v1, kind: Job, metadata: {name: migrate}, spec: {template: {metadata: {annotations: {kontrakt/after: db}}, spec: {containers: [{name: main}]}}}}");

        Assert.AreSame(job, Sequence.Of([Pod("db"), job]).Single().Manifest);
    }

    [TestMethod]
    public void ANameOfNothingIsAnErrorAtItsLine()
    {
        var problems = Problems(Pod("db"), Pod("smoke", "dbb"));

        Assert.AreEqual("KTR1090", problems.Single().Code);
        StringAssert.Contains(problems.Single().Message, "pod/smoke comes after 'dbb'");
        StringAssert.Contains(problems.Single().Message, "of these: pod/db; or");
        Assert.AreEqual(Pod("smoke", "dbb").Locate("metadata", "annotations", "kontrakt/after").Column, problems.Single().Location!.Column);
    }

    [TestMethod]
    public void WhatNothingWaitsForCannotComeBefore()
    {
        var seed = Yaml.Manifest("{apiVersion: v1, kind: Pod, metadata: {name: seed, annotations: {kontrakt/wait: 'false'}}, spec: {containers: [{name: main}]}}");

        var problem = Problems(seed, Pod("smoke", "seed")).Single();

        Assert.AreEqual("KTR1092", problem.Code);
        StringAssert.Contains(problem.Message, "pod/smoke comes after 'seed'");
        Assert.AreEqual(Pod("smoke", "seed").Locate("metadata", "annotations", "kontrakt/after").Column, problem.Location!.Column);
        Assert.IsEmpty(Problems(seed, Pod("smoke", "ready")), "\"ready\" does not ask for it");
    }

    [TestMethod]
    public void ACircleIsOneError()
    {
        var problems = Problems(Pod("a", "b"), Pod("b", "c"), Pod("c", "a"), Pod("d", "a"));

        Assert.AreEqual("KTR1091", problems.Single().Code);
        StringAssert.Contains(problems.Single().Message, "pod/a after pod/b after pod/c after pod/a");
    }

    [TestMethod]
    public void NothingComesAfterItself() => Assert.AreEqual("KTR1091", Problems(Pod("a", "a")).Single().Code);

    [TestMethod]
    public void TwoWaysToOneObjectAreNoCircle() => Assert.IsEmpty(Problems(Pod("a"), Pod("b", "a"), Pod("c", "a"), Pod("d", "b, c"), Pod("e", "ready, d".Split(", ")[1])));

    [TestMethod]
    [DataRow("")]
    [DataRow("a,,b")]
    public void NamesOfNothingAreRefused(string value) => Assert.IsNotNull(KontraktAnnotations.Problem(KontraktAnnotations.After, value));

    private static List<Diagnostic> Problems(params Manifest[] manifests)
    {
        var problems = new List<Diagnostic>();
        _ = Sequence.Of(manifests, problems);
        return problems;
    }
}
