using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Pods of an indexed job: each has a number, by annotation, label, host name and environment.</summary>
internal static class IndexedPods
{
    private const string Field = "batch.kubernetes.io/job-completion-index";
    private const string Variable = "JOB_COMPLETION_INDEX";

    /// <summary>-1 for a pod that has none.</summary>
    public static long IndexOf(KubernetesObject pod) =>
        long.TryParse(pod.Annotations.GetValueOrDefault(Field), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    public static void Give(JsonObject pod, string job, long index)
    {
        var text = index.ToString(CultureInfo.InvariantCulture);
        pod.Metadata().Always("annotations")[Field] = text;
        pod.Metadata().Always("labels")[Field] = text;
        var spec = pod.Always("spec");
        spec["hostname"] = $"{job}-{text}";
        foreach (var container in spec.Each("containers").Concat(spec.Each("initContainers")))
        {
            var environment = container.AlwaysList("env");
            if (environment.OfType<JsonObject>().All(variable => variable.Text("name") != Variable))
                environment.Add(Reference());
        }
    }

    private static JsonObject Reference() => new()
    {
        ["name"] = Variable,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = $"metadata.labels['{Field}']" } },
    };
}
