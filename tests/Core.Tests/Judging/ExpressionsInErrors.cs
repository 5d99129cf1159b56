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
    [DataRow("status: {reason: !cel self != 'Evicted'}", DisplayName = "an absent field is not unlike it either")]
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
    public void Fail(string expected, string how) => StringAssert.StartsWith(Code(expected), how);

    private static string? Code(string expected)
    {
        var finding = new AssertionCheck(Yaml.Manifest("apiVersion: v1\nkind: Pod\n" + expected, ManifestRole.Error), null).Check([Yaml.Object(Pod)]);
        return finding is null ? null : finding.Code == "KTR4010" ? finding.Code
            : $"{finding.Code} ({finding.Location!.Line},{finding.Location.Column}) {finding.Message[(finding.Message.IndexOf("has no value: ", StringComparison.Ordinal) + "has no value: ".Length)..]}";
    }
}
