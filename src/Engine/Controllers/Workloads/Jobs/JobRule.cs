using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Controllers;

/// <summary>Gives a job the selector by which its pods are its own, and refuses what no controller here would keep.</summary>
internal static class JobRule
{
    public const string UidLabel = "batch.kubernetes.io/controller-uid";
    public const string NameLabel = "batch.kubernetes.io/job-name";
    private static readonly string[] NotRun = ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"];

    public static void Apply(Write write)
    {
        if (write.Key.Kind != Kinds.Job || write.Verb != WriteVerb.Create)
            return;
        var spec = write.Object.Map("spec");
        foreach (var field in NotRun.Where(field => spec[field] is not null))
            throw Refuse(write.Key, $"spec.{field}", $"Forbidden: the embedded engine does not run jobs with {field}; leave it out, or set KontraktKubeContext to a cluster");
        if (spec.Text("manualSelector") != "true")
            Select(write.Key, write.Object.Metadata().Text("uid"), spec);
    }

    private static void Select(ObjectKey job, string uid, JsonObject spec)
    {
        var selector = new JsonObject { ["matchLabels"] = new JsonObject { [UidLabel] = uid } };
        // The job's own may be there already: nobody else can know its uid.
        if (spec["selector"] is JsonObject { Count: > 0 } given && !JsonNode.DeepEquals(given, selector))
            throw Refuse(job, "spec.selector", "Invalid value: `selector` not auto-generated");
        var labels = spec.Map("template").Metadata().Map("labels");
        foreach (var name in (ReadOnlySpan<string>)["controller-uid", UidLabel])
            labels[name] = uid;
        foreach (var name in (ReadOnlySpan<string>)["job-name", NameLabel])
            labels[name] = job.Name;
        spec["selector"] = selector;
    }

    private static StatusException Refuse(ObjectKey job, string field, string message) => StatusException.Invalid(job, [(field, "FieldValueInvalid", message)]);
}
