using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>An *.error.yaml passes only when it is known that nothing is like it.</summary>
[TestClass]
public sealed class ExpressionsInErrors
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec: {restartPolicy: Always, containers: [{name: one}, {name: two, image: x}]}
        status: {phase: Running, podIPs: [{ip: 10.0.0.1}]}
        """;

    [TestMethod]
    [DataRow("status: {phase: !cel self == 'Failed'}", DisplayName = "false")]
    [DataRow("status: {reason: !cel self == 'Evicted'}", DisplayName = "an absent field is not like it")]
    [DataRow("status: {reason: !cel self != null && self != 'Evicted'}", DisplayName = "said of absent fields")]
    [DataRow("spec: {replicas: !cel self > 2}", DisplayName = "neither absent nor 0")]
    [DataRow("metadata: {labels: {team: !cel self != 'a'}}", DisplayName = "a label is never left out")]
    [DataRow("metadata: {labels: {team: ''}}", DisplayName = "nor an empty one")]
    [DataRow("status: {replicas: 0, phase: Failed}", DisplayName = "another field differs from a 0")]
    [DataRow("status: {terminated: {reason: !cel self != 'Completed'}}", DisplayName = "of a mapping that is absent")]
    [DataRow("spec: {containers: [{name: three, restartCount: 0}]}", DisplayName = "no such element")]
    [DataRow("status: {phase: Failed, podIPs: !cel 'self[0].nothing == 1'}", DisplayName = "another field differs")]
    [DataRow("status: {podIPs: !cel 'self[0].nothing == 1', phase: Failed}", DisplayName = "another field differs, behind it")]
    [DataRow("spec: {containers: [{name: three, image: !cel self == 1}]}", DisplayName = "no element that it could be")]
    [DataRow("spec: {containers: [{name: one, image: !cel self.startsWith('y')}]}", DisplayName = "absent in the element")]
    public void Pass(string expected) => Assert.IsNull(Code(expected));

    [TestMethod]
    [DataRow("status: {phase: !cel self == 'Running'}", "KTR4010")]
    [DataRow("status: {reason: !cel self == null}", "KTR4010")]
    [DataRow("spec: {containers: [{name: two, image: !cel self == 'x'}]}", "KTR4010")]
    [DataRow("status: {phase: !cel self == 1}", "KTR4070 (3,22) it compares string with int")]
    [DataRow("status: {podIPs: !cel 'self[0].nothing == 1'}", "KTR4070 (3,23) there is no 'nothing'")]
    [DataRow("status: {phase: Running, podIPs: !cel 'self[1].ip == \"\"'}", "KTR4070 (3,39) the list has 1 elements")]
    [DataRow("spec: {containers: [{image: !cel self == 1}]}", "KTR4070 (3,34) it compares string with int")]
    [DataRow("spec: {containers: [{name: one}, {image: !cel self > 1}]}", "KTR4070 (3,47) '>' does not take string and int")]
    [DataRow("status: {phase: !cel self}", "KTR4070 (3,22) it gives string, not true or false")]
    [DataRow("status: {replicas: !cel self < 2}", "KTR4071 (3,25) status.replicas is absent")]
    [DataRow("status: {reason: !cel self != 'Evicted'}", "KTR4071 (3,23) status.reason is absent")]
    [DataRow("metadata: {labels: !cel '!(\"team\" in self)'}", "KTR4071 (3,25) metadata.labels is absent")]
    [DataRow("status: {replicas: 0}", "KTR4071 (3,20) status.replicas is absent")]
    [DataRow("other: {paused: false}", "KTR4071 (3,17) other.paused is absent")]
    [DataRow("spec: {containers: [{name: one, image: '', command: null}]}", "KTR4071 (3,40) spec.containers[0].image is absent")]
    public void Fail(string expected, string how) => StringAssert.StartsWith(Code(expected), how);

    [TestMethod]
    public void AnElementOfALongListMayLeaveOutAZero() =>
        StringAssert.StartsWith(Code("spec: {containers: [{name: c7, image: x, restartCount: 0}]}",
            $"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{string.Join(", ", Enumerable.Range(0, 40).Select(each => $"{{name: c{each}, image: x}}"))}]}}\n"),
            "KTR4071 (3,56) spec.containers[0].restartCount is absent");

    [TestMethod]
    public void AnObjectThatHasNotChangedIsNotComputedAgain()
    {
        var check = new AssertionCheck(Yaml.Manifest("apiVersion: v1\nkind: Pod\nstatus: {replicas: 0}\n", ManifestRole.Error), null);
        var pod = Yaml.Object(Pod);

        var first = check.Check([pod]);

        Assert.IsNotNull(first);
        Assert.AreSame(first, check.Check([pod]));
        Assert.AreNotSame(first, check.Check([Yaml.Object(Pod)]));
    }

    private static string? Code(string expected, string actual = Pod)
    {
        var finding = new AssertionCheck(Yaml.Manifest("apiVersion: v1\nkind: Pod\n" + expected, ManifestRole.Error), null).Check([Yaml.Object(actual)]);
        return finding is null ? null : finding.Code == "KTR4010" ? finding.Code
            : $"{finding.Code} ({finding.Location!.Line},{finding.Location.Column}) {Why(finding.Message)}";
    }

    private static string Why(string message)
    {
        foreach (var before in new[] { "has no value: ", "is not known: " })
            if (message.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at)
                return message[(at + before.Length)..];
        return message;
    }
}
