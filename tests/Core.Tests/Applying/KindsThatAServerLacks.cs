using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Applying;

[TestClass]
public sealed class KindsThatAServerLacks
{
    private static readonly ApiResource[] Resources =
    [
        Resource("", "v1", "Pod", "get", "list"), Resource("batch", "v1", "Job", "get"), Resource("batch", "v1", "CronJob", "create"), Resource("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "create"),
    ];

    [TestMethod]
    [DataRow("v1", "Pods", "'Pods' in apiVersion 'v1' (did you mean 'Pod' in apiVersion 'v1'?)")]
    [DataRow("batch/v1beta1", "Job", "'Job' in apiVersion 'batch/v1beta1' (did you mean 'Job' in apiVersion 'batch/v1'?)")]
    [DataRow("batch/v1beta1", "CronJob", "'CronJob' in apiVersion 'batch/v1beta1'")]
    public void AreNotSuggested(string version, string kind, string says)
    {
        var manifest = Yaml.Manifest($"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n");

        var cluster = KindSuggestions.Unknown(manifest, Resources, engine: false);
        var engine = KindSuggestions.Unknown(manifest, Resources, engine: true);

        Assert.AreEqual($"the cluster has no kind {says}. Correct apiVersion and kind, or install what defines it.", cluster.Message);
        Assert.AreEqual($"the cluster has no kind {says}. Correct apiVersion and kind, or set KontraktKubeContext to a cluster that has it. The embedded engine has Job, Pod.", engine.Message);
        Assert.AreEqual(2, engine.Location?.Line);
    }

    private static ApiResource Resource(string group, string version, string kind, params string[] verbs) => new(new(group, version, kind), $"{kind}s".ToLowerInvariant(), true, verbs);
}
