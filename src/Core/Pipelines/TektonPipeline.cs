using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Pipelines;

/// <summary>What is written into the tasks.</summary>
/// <param name="Image">The image with the kontrakt command (and, where projects are built, the .NET SDK).</param>
/// <param name="Environment">Settings by the names that the command reads in its environment.</param>
public sealed record TektonRequest(string Image, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// Kontrakt as tasks of Tekton (tekton.dev/v1): one task with all steps that share a pod; a task for each verb; a task for the whole run, and a
/// pipeline that runs the first and always deletes. The steps share the run record in the workspace, so that any of them can be left out, or
/// have others between them.
/// </summary>
public static class TektonPipeline
{
    /// <summary>The steps of a run, in order; delete comes last, and always.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["build", "resolve", "apply", "wait", "assert", "push"];

    private static readonly (string Name, string Description, string? Default)[] Parameters =
    [
        ("source-reference", "The tag of everything that is built: the commit, as the task that cloned it knows it", null),
        ("repository", "Registry and path that images are pushed to (KO_DOCKER_REPO)", ""),
        ("directory", "Folder of the source below which kontrakts are looked for", "."),
        ("kubeconfig", "Path of a kubeconfig, such as /workspace/kubeconfig/kubeconfig; empty: the cluster that the task runs in", ""),
        ("kube-context", "Its context; needed with a kubeconfig whose cluster is not this machine's own", ""),
        ("image", "An image with the kontrakt command, and with the .NET SDK where projects are built", null),
    ];

    private static readonly (string Name, string Description)[] Results =
    [
        ("IMAGE_URL", "The first pushed target, by its tag"), ("IMAGE_DIGEST", "Its digest"), ("IMAGES", "All pushed targets by digest, a line each"),
    ];

    /// <summary>YAML for "kubectl apply -f -".</summary>
    public static string Write(TektonRequest request) => YamlOutput.Write(
    [
        Task(request, "kontrakt", "Builds the images that kontrakts ask for, runs them and pushes their targets, each step a verb. What it leaves where one fails, the task kontrakt-delete deletes.", Verbs, results: true),
        Task(request, "kontrakt-run", "A whole run in one step, which always deletes what it made.", ["run"], results: true),
        .. Verbs.Select(verb => Task(request, $"kontrakt-{verb}", $"The step '{verb}' of a run that other tasks share by the workspace.", [verb], results: verb == "push")),
        Task(request, "kontrakt-delete", "Deletes what a run made, whatever became of it.", ["delete"], results: false),
        Pipeline(request),
    ]);

    private static JsonObject Task(TektonRequest request, string name, string description, IReadOnlyList<string> verbs, bool results)
    {
        var spec = new JsonObject
        {
            ["description"] = description,
            ["params"] = Declared(request),
            ["workspaces"] = new JsonArray(
                new JsonObject { ["name"] = "source", ["description"] = "The cloned repository" },
                new JsonObject { ["name"] = "kubeconfig", ["description"] = "Holds the file of the parameter kubeconfig", ["optional"] = true }),
        };
        if (results)
            spec["results"] = new JsonArray([.. Results.Select(result => new JsonObject { ["name"] = result.Name, ["description"] = result.Description })]);
        spec["stepTemplate"] = new JsonObject
        {
            ["image"] = "$(params.image)",
            ["workingDir"] = "$(workspaces.source.path)",
            ["env"] = new JsonArray([.. Variables(request).Select(variable => new JsonObject { ["name"] = variable.Name, ["value"] = variable.Value })]),
        };
        spec["steps"] = new JsonArray([.. verbs.Select(verb => new JsonObject
        {
            ["name"] = verb,
            ["command"] = new JsonArray("dotnet", "/app/kontrakt.dll"),
            ["args"] = new JsonArray(verb),
        })]);
        return Document("Task", name, spec);
    }

    /// <summary>An empty variable is like none to the command, so parameters may have no value.</summary>
    private static IEnumerable<(string Name, string Value)> Variables(TektonRequest request) =>
    [
        ("SOURCE_REFERENCE", "$(params.source-reference)"), ("KO_DOCKER_REPO", "$(params.repository)"), ("KONTRAKT_DIRECTORY", "$(params.directory)"),
        ("KUBECONFIG", "$(params.kubeconfig)"), ("KONTRAKT_KUBE_CONTEXT", "$(params.kube-context)"),
        .. request.Environment.Where(pair => !IsParameter(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
    ];

    /// <summary>A setting that is a parameter of the tasks: its value is the default.</summary>
    private static bool IsParameter(string variable) => variable is "SOURCE_REFERENCE" or "KO_DOCKER_REPO" or "KONTRAKT_DIRECTORY" or "KUBECONFIG" or "KONTRAKT_KUBE_CONTEXT" or "KONTRAKT_RUNS_DIRECTORY";

    private static JsonArray Declared(TektonRequest request) => new([.. Parameters.Select(parameter =>
    {
        var declared = new JsonObject { ["name"] = parameter.Name, ["type"] = "string", ["description"] = parameter.Description };
        if (Default(request, parameter.Name, parameter.Default) is { } value)
            declared["default"] = value;
        return declared;
    })]);

    private static string? Default(TektonRequest request, string parameter, string? otherwise) => parameter switch
    {
        "image" => request.Image,
        "source-reference" => request.Environment.GetValueOrDefault("SOURCE_REFERENCE"),
        "kubeconfig" => request.Environment.GetValueOrDefault("KUBECONFIG", ""),
        "repository" => request.Environment.GetValueOrDefault("KO_DOCKER_REPO", ""),
        "directory" => request.Environment.GetValueOrDefault("KONTRAKT_DIRECTORY", "."),
        "kube-context" => request.Environment.GetValueOrDefault("KONTRAKT_KUBE_CONTEXT", ""),
        _ => otherwise,
    };

    private static JsonObject Pipeline(TektonRequest request) => Document("Pipeline", "kontrakt", new()
    {
        ["description"] = "Runs kontrakts from a workspace with a clone of the repository, and always deletes what they made.",
        ["params"] = Declared(request),
        ["workspaces"] = new JsonArray(new JsonObject { ["name"] = "source" }, new JsonObject { ["name"] = "kubeconfig", ["optional"] = true }),
        ["results"] = new JsonArray([.. Results.Select(result => new JsonObject { ["name"] = result.Name, ["value"] = $"$(tasks.kontrakt.results.{result.Name})" })]),
        ["tasks"] = new JsonArray(Use("kontrakt", "kontrakt")),
        ["finally"] = new JsonArray(Use("delete", "kontrakt-delete")),
    });

    private static JsonObject Use(string name, string task) => new()
    {
        ["name"] = name,
        ["taskRef"] = new JsonObject { ["kind"] = "Task", ["name"] = task },
        ["params"] = new JsonArray([.. Parameters.Select(parameter => new JsonObject { ["name"] = parameter.Name, ["value"] = $"$(params.{parameter.Name})" })]),
        ["workspaces"] = new JsonArray(
            new JsonObject { ["name"] = "source", ["workspace"] = "source" },
            new JsonObject { ["name"] = "kubeconfig", ["workspace"] = "kubeconfig" }),
    };

    private static JsonObject Document(string kind, string name, JsonObject spec) =>
        new() { ["apiVersion"] = "tekton.dev/v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
}
