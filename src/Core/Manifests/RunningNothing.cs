using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Manifests;

/// <summary>Objects that say themselves that none of their pods runs: a label on such a pod promises a proof that nobody gives.</summary>
internal static class RunningNothing
{
    /// <summary>The field that says so, and how it reads; null where pods run. An empty path is the object as a whole.</summary>
    /// <param name="template">Where the object holds its pods' template.</param>
    public static (object[] Path, string Says)? Find(Manifest manifest, IReadOnlyList<object> template)
    {
        if (manifest.Object is { Kind: "PodTemplate", GroupVersionKind.Group: "" })
            return (["kind"], "kind: PodTemplate");
        foreach (var (above, field) in Fields(manifest, template))
        {
            var path = (object[])[.. above, field];
            if (Says(manifest.Object.At(path)) is { } value)
                return (path, $"{field}: {value}");
        }
        return null;
    }

    private static IEnumerable<(object[] Above, string Field)> Fields(Manifest manifest, IReadOnlyList<object> template)
    {
        if (template.Count == 0)
            return [];
        // spec.template is beside the fields of its own object's spec, spec.jobTemplate.spec.template beside a Job's.
        var job = (object[])[.. template.SkipLast(1)];
        return manifest.Object.GroupVersionKind.Group == "batch"
            ? [(["spec"], "suspend"), (job, "suspend"), (job, "completions"), (job, "parallelism")]
            : [(["spec"], "replicas")];
    }

    /// <summary>0 and true, as they read.</summary>
    private static string? Says(JsonNode? value) => value is not JsonValue scalar ? null : scalar.GetValueKind() switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.Number when scalar.ToJsonString() is "0" or "0.0" or "-0" => "0",
        _ => null,
    };
}
