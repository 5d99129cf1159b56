using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class TimesOfTheApi
{
    [TestMethod]
    [DataRow("2026-11-30T08:57:33Z", "2026-11-30T08:57:33Z")]
    [DataRow("2026-11-30T10:57:33.25+02:00", "2026-11-30T08:57:33.25Z")]
    [DataRow("2026-11-30T08:57:33", "2026-11-30T08:57:33Z")]
    [DataRow("0001-01-01T00:00:00Z", null)]
    [DataRow("1970-01-01T00:00:00Z", null)]
    [DataRow("", null)]
    [DataRow(null, null)]
    [DataRow("soon", null)]
    public void ThatAreZeroOrNoneAreNone(string? text, string? expected)
    {
        var time = expected is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);

        Assert.AreEqual(time, KubernetesObject.Time(text));
        var pod = Yaml.Object($"{{apiVersion: v1, kind: Pod, status: {{containerStatuses: [{{name: main, state: {{terminated: {{exitCode: 0, startedAt: '{text}'}}}}}}]}}}}");
        Assert.AreEqual(time, ContainerStatus.Of(pod).Single().Ended?.Started);
    }
}
