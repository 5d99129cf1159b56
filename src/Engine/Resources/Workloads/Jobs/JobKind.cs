using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class JobKind
{
    private const string UidLabel = "batch.kubernetes.io/controller-uid";
    private const string NameLabel = "batch.kubernetes.io/job-name";
    private static readonly Place Spec = Place.Of("spec");
    private static readonly string[] NotRun = ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"];

    public static ServedKind Kind { get; } = new(Kinds.Job)
    {
        Default = Default,
        FirstStatus = () => [],
        Admit = (write, _) => Select(write),
        Validate = Validate,
        ValidateUpdate = ValidateUpdate,
        Warn = Workloads.Warnings,
        Controller = objects => new JobController(objects),
        Fields = [new("status.successful", item => item.Text("status", "succeeded") is { Length: > 0 } number ? number : "0")],
        Table = Workloads.Table([new("Status"), new("Completions"), new("Duration"), TableColumn.Age],
            (item, now) => [Status(item), Completions(item), Duration(item, now), Ages.Of(item, now)]),
        // Since its first version a job's pods stay where nothing else is set.
        Propagation = Propagation.Orphan,
    };

    private static void Default(JsonObject value)
    {
        var spec = Workloads.DefaultSpec(value);
        if (!spec.Has("completions") && !spec.Has("parallelism"))
            spec["completions"] = JsonNumber.Of(1);
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec.Has("backoffLimitPerIndex") ? int.MaxValue : 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec.Has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        foreach (var pattern in spec.Map("podFailurePolicy").Each("rules").SelectMany(rule => rule.Each("onPodConditions")))
            pattern.Default("status", "True");
        if (value.Map("metadata") is { } metadata && metadata.Map("labels") is not { Count: > 0 } && spec.Map("template").Map("metadata").Map("labels") is { Count: > 0 } labels)
            metadata["labels"] = labels.DeepClone();
    }

    /// <summary>Gives a job the selector by which its pods are its own.</summary>
    private static void Select(Write write)
    {
        var spec = write.Object.Always("spec");
        if (write.Verb != WriteVerb.Create || spec.Flag("manualSelector"))
            return;
        var uid = write.Object.Metadata().Text("uid");
        var selector = new JsonObject { ["matchLabels"] = new JsonObject { [UidLabel] = uid } };
        // The job's own may exist already: nobody else can know its uid.
        if (spec["selector"] is JsonObject { Count: > 0 } given && !JsonNode.DeepEquals(given, selector))
            throw StatusException.Invalid(write.Key, [("spec.selector", "FieldValueInvalid", "Invalid value: `selector` not auto-generated")]);
        var labels = spec.Always("template").Metadata().Always("labels");
        foreach (var name in (ReadOnlySpan<string>)["controller-uid", UidLabel])
            labels[name] = uid;
        foreach (var name in (ReadOnlySpan<string>)["job-name", NameLabel])
            labels[name] = write.Key.Name;
        spec["selector"] = selector;
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        SelectorRules.Check(spec, Spec, faults, "job");
        ValidateSpec(spec, Spec, faults);
    }

    /// <summary>Of a job, and of the jobs that another object makes.</summary>
    public static void ValidateSpec(JsonObject spec, Place place, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "ttlSecondsAfterFinished"])
            faults.AtLeast(spec, field, place);
        if (spec.Text("completionMode") == "Indexed" && !spec.Has("completions"))
            faults.Required(place.Field("completions"), "when completion mode is Indexed");
        if (spec.Has("backoffLimitPerIndex") && spec.Text("completionMode") != "Indexed")
            faults.Invalid(place.Field("backoffLimitPerIndex"), spec["backoffLimitPerIndex"], "requires indexed completion mode");
        Workloads.Pods(spec, "parallelism", place, faults);
        if (spec.Text("managedBy") is { Length: > 0 } manager && manager != "kubernetes.io/job-controller")
            faults.Absent(place.Field("managedBy"), $"'{manager}' that would run this job");
        foreach (var field in NotRun)
            if (spec.Has(field))
                faults.Absent(place.Field(field), $"jobs with {field}");
        PodRules.Template(spec, place, faults);
        var (pod, policy) = (spec.Map("template").Map("spec"), place.Field("template").Field("spec").Field("restartPolicy"));
        if (pod.Text("restartPolicy") == "Always")
            faults.Required(policy, "valid values: \"OnFailure\", \"Never\"");
        if (spec.Has("podFailurePolicy") && pod.Text("restartPolicy") != "Never")
            faults.Invalid(policy, pod.Text("restartPolicy"), "only \"Never\" is supported when podFailurePolicy is specified");
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        var (old, next) = (before.Map("spec"), after.Map("spec"));
        foreach (var field in (ReadOnlySpan<string>)["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"])
            faults.Fixed(old, next, field, Spec);
        // Of one whose pods are indexed, the number may change along with their parallelism.
        if (next.Text("completionMode") != "Indexed" || next.Number("completions") != next.Number("parallelism"))
            faults.Fixed(old, next, "completions", Spec);
        if (!old.Flag("suspend"))
            faults.Fixed(old, next, "template", Spec);
    }

    private static string Status(KubernetesObject job)
    {
        if (job.Text("metadata", "deletionTimestamp").Length > 0 && !Holds("Complete") && !Holds("Failed"))
            return "Terminating";
        return ((string[])["Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"]).FirstOrDefault(Holds, "Running");

        bool Holds(string condition) => job.Condition(condition)?.Text("status") == "True";
    }

    private static string Completions(KubernetesObject job)
    {
        var succeeded = Workloads.Status(job, "succeeded");
        if (job.At("spec", "completions") is { } wanted)
            return $"{succeeded}/{wanted}";
        return CellText.Number(job, 0, "spec", "parallelism") is > 1 and var parallel ? $"{succeeded}/1 of {parallel}" : $"{succeeded}/1";
    }

    private static string Duration(KubernetesObject job, DateTimeOffset now)
    {
        if (KubernetesObject.Time(job.Text("status", "startTime")) is not { } begin)
            return "";
        return Ages.Short((KubernetesObject.Time(job.Text("status", "completionTime")) ?? now) - begin);
    }
}
