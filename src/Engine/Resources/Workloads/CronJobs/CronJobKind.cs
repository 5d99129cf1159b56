using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class CronJobKind
{
    /// <summary>A job's name has the minute behind it, and a pod's more.</summary>
    private const int LongestName = 52;
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.CronJob)
    {
        Default = Default,
        FirstStatus = () => [],
        Validate = Validate,
        Warn = value => PodKind.SpecWarnings(value.Map("spec").Map("jobTemplate").Map("spec").Map("template").Map("spec")),
        Controller = objects => new CronJobController(objects),
        CheckName = name => name.Length > LongestName ? [.. Names.SubdomainFaults(name), $"must be no more than {LongestName} characters"] : Names.SubdomainFaults(name),
        Table = new(
            [
                TableColumn.ObjectName, new("Schedule"), new("Timezone"), new("Suspend"), TableColumn.Integer("Active"), new("Last Schedule"), TableColumn.Age,
                TableColumn.Wide("Containers"), TableColumn.Wide("Images"), TableColumn.Wide("Selector"),
            ], Cells),
    };

    private static void Default(JsonObject value)
    {
        var spec = value.Always("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        PodKind.DefaultSpec(spec.Map("jobTemplate").Map("spec").Map("template").Map("spec"));
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        Schedule(spec, faults);
        foreach (var field in (ReadOnlySpan<string>)["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"])
            faults.AtLeast(spec, field, Spec);
        var (job, place) = (spec.Map("jobTemplate").Map("spec") ?? [], Spec.Field("jobTemplate").Field("spec"));
        if (job.Flag("manualSelector"))
            faults.NotSupported(place.Field("manualSelector"), "true", ["nil", "false"]);
        JobKind.ValidateSpec(job, place, faults);
    }

    private static void Schedule(JsonObject spec, Faults faults)
    {
        var (schedule, zone) = (spec.Text("schedule"), spec.Text("timeZone"));
        if (spec.Has("timeZone") && CronSchedule.ZoneOf(zone) is null)
            faults.Invalid(Spec.Field("timeZone"), zone, zone.Length == 0 ? "timeZone must be nil or non-empty string" : CronSchedule.Unknown(zone));
        if (schedule.Length == 0)
        {
            faults.Required(Spec.Field("schedule"));
            return;
        }
        try
        {
            CronSchedule.Parse(schedule, "");
        }
        catch (FormatException e)
        {
            faults.Invalid(Spec.Field("schedule"), schedule, e.Message);
        }
    }

    private static object[] Cells(KubernetesObject item, DateTimeOffset now) =>
    [
        item.Name, item.Text("spec", "schedule"), CellText.OrNone(item.Text("spec", "timeZone")), item.Text("spec", "suspend") == "true" ? "True" : "False",
        CellText.Count(item, "status", "active"), item.Text("status", "lastScheduleTime") is { Length: > 0 } last ? Ages.Since(last, now) : CellText.None, Ages.Of(item, now),
        Workloads.Containers(item, "name", "jobTemplate", "spec"), Workloads.Containers(item, "image", "jobTemplate", "spec"),
        CellText.OrNone(LabelSelector.From(item.At("spec", "jobTemplate", "spec", "selector")).ToString()),
    ];
}
