using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>Jobs.</summary>
internal static class JobTable
{
    public static TableLayout Layout { get; } = new(
        [
            TableColumn.ObjectName, new("Status"), new("Completions"), new("Duration"), TableColumn.Age,
            TableColumn.Wide("Containers"), TableColumn.Wide("Images"), TableColumn.Wide("Selector"),
        ],
        (item, now) =>
        [
            item.Name, Status(item), Completions(item), Duration(item, now), Ages.Of(item, now),
            CellText.Containers(item), CellText.Images(item), CellText.Selector(item.At("spec", "selector")),
        ]);

    private static string Status(KubernetesObject job)
    {
        if (Holds(job, "Complete"))
            return "Complete";
        if (Holds(job, "Failed"))
            return "Failed";
        if (job.Text("metadata", "deletionTimestamp").Length > 0)
            return "Terminating";
        if (Holds(job, "Suspended"))
            return "Suspended";
        return Holds(job, "FailureTarget") ? "FailureTarget" : Holds(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static bool Holds(KubernetesObject job, string condition) => (string?)job.Condition(condition)?["status"] == "True";

    private static string Completions(KubernetesObject job)
    {
        var succeeded = CellText.Number(job, 0, "status", "succeeded");
        if (job.At("spec", "completions") is { } wanted)
            return $"{succeeded}/{wanted}";
        return CellText.Number(job, 0, "spec", "parallelism") is > 1 and var parallel ? $"{succeeded}/1 of {parallel}" : $"{succeeded}/1";
    }

    private static string Duration(KubernetesObject job, DateTimeOffset now)
    {
        if (Ages.Parse(job.Text("status", "startTime")) is not { } begin)
            return "";
        return Ages.Short((Ages.Parse(job.Text("status", "completionTime")) ?? now) - begin);
    }
}
