using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Tool.Tests;

/// <summary>A task of Tekton as the pod that it becomes: each step ends before the next begins, and all have the workspace and the results' folder.</summary>
internal static class TektonPod
{
    /// <param name="manifest">The kontrakt's, in the workspace.</param>
    /// <param name="shell">An image with a shell, which puts it there and shows the results.</param>
    public static JsonObject Make(KubernetesObject task, string account, string manifest, string shell)
    {
        var parameters = task.Items("spec", "params").ToDictionary(each => (string?)each["name"] ?? "", each => (string?)each["default"] ?? "tekton");
        var template = task.At("spec", "stepTemplate") as JsonObject ?? [];
        var steps = task.Items("spec", "steps").Select(step => Filled(Merged(template, step), parameters)).ToList();
        var source = Shell(shell, "source", "mkdir /workspace/source/kontrakt && echo \"$MANIFEST\" > /workspace/source/kontrakt/all.yaml");
        source["env"] = new JsonArray(new JsonObject { ["name"] = "MANIFEST", ["value"] = manifest });
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = "task" },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["serviceAccountName"] = account,
                ["initContainers"] = new JsonArray([source, .. steps]),
                ["containers"] = new JsonArray(Shell(shell, "results", "echo results: $(cat /tekton/results/IMAGE_DIGEST)")),
                ["volumes"] = new JsonArray(Empty("workspace"), Empty("results")),
            },
        };
    }

    private static JsonObject Merged(JsonObject template, JsonObject step)
    {
        var merged = template.DeepClone().AsObject();
        foreach (var (name, value) in step)
            merged[name] = value?.DeepClone();
        return merged;
    }

    private static JsonObject Filled(JsonObject merged, Dictionary<string, string> parameters)
    {
        var text = merged.ToJsonString().Replace("$(workspaces.source.path)", "/workspace/source", StringComparison.Ordinal);
        foreach (var (name, value) in parameters)
            text = text.Replace($"$(params.{name})", value, StringComparison.Ordinal);
        Assert.DoesNotContain("$(", text, "something that is no parameter stands there");
        var container = JsonNode.Parse(text)!.AsObject();
        container["volumeMounts"] = Mounts();
        return container;
    }

    private static JsonObject Shell(string image, string name, string script) => new()
    {
        ["name"] = name,
        ["image"] = image,
        ["command"] = new JsonArray("sh", "-c", script),
        ["volumeMounts"] = Mounts(),
    };

    private static JsonArray Mounts() => new(new JsonObject { ["name"] = "workspace", ["mountPath"] = "/workspace/source" }, new JsonObject { ["name"] = "results", ["mountPath"] = "/tekton/results" });

    private static JsonObject Empty(string name) => new() { ["name"] = name, ["emptyDir"] = new JsonObject() };
}
