using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Images.Builds;

/// <summary>The pod of a build, made without a cluster: as few rights as building takes.</summary>
internal sealed record BuildPodPlan
{
    public const string ContextStep = "context";
    public const string DigestFile = "/dev/termination-log";
    public const string Workspace = "/workspace";
    /// <summary>Where steps find <see cref="BuildPodRequest.Files"/>.</summary>
    public const string Files = "/kontrakt/files";
    /// <summary>Where the credentials are, for Kaniko by its own convention and for others by DOCKER_CONFIG.</summary>
    public const string DockerConfig = "/kaniko/.docker";
    private const string Home = "/builder/home";
    /// <summary>What unpacking a base image, running commands as other users and reading what only its owner may read take.</summary>
    private static readonly string[] BuildCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETFCAP", "SETGID", "SETUID"];
    private static readonly string[] CopyCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER"];

    public required string PodName { get; init; }
    public required string RunId { get; init; }
    public required BuildPodRequest Request { get; init; }
    public required BuildNames Names { get; init; }
    public required IReadOnlyDictionary<string, string> Requests { get; init; }
    /// <summary>When the cluster ends the pod by itself: after whoever waits for it has given up.</summary>
    public required TimeSpan Deadline { get; init; }
    public required bool HasCredentials { get; init; }

    /// <summary>The Secret of the credentials bears the pod's name.</summary>
    public string SecretName => PodName;

    /// <summary>The names of the containers, in the order in which they run.</summary>
    public IReadOnlyList<string> Steps => [.. Containers().Select(container => container["name"]?.ToString() ?? "")];

    public KubernetesObject Pod()
    {
        var (metadata, containers) = (Metadata(), Containers());
        // A proxy beside them would never let the steps end, nor their pod.
        metadata["annotations"] = Annotations();
        var spec = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = false,
            ["enableServiceLinks"] = false,
            ["activeDeadlineSeconds"] = (long)Math.Ceiling(Deadline.TotalSeconds),
            ["terminationGracePeriodSeconds"] = 1,
            ["securityContext"] = new JsonObject { ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
            ["initContainers"] = new JsonArray([.. containers.SkipLast(1)]),
            ["containers"] = new JsonArray(containers[^1]),
            ["volumes"] = Volumes(),
        };
        foreach (var (field, value) in Request.Scheduling)
            spec[field] = value?.DeepClone();
        return new(new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec });
    }

    private JsonObject Annotations()
    {
        var annotations = new JsonObject { ["sidecar.istio.io/inject"] = "false" };
        foreach (var (index, text) in Request.Files.Values.Index())
            annotations[FileAnnotation(index)] = text;
        return annotations;
    }

    private static string FileAnnotation(int index) => string.Create(CultureInfo.InvariantCulture, $"kontrakt/file-{index}");

    /// <summary>The credentials for this pod alone.</summary>
    public KubernetesObject Secret(ReadOnlySpan<byte> config) => new(new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = Metadata(),
        ["type"] = "Opaque",
        ["immutable"] = true,
        ["data"] = new JsonObject { ["config.json"] = Convert.ToBase64String(config) },
    });

    /// <summary>Makes the Secret the pod's own, so that the cluster deletes it with the pod.</summary>
    public JsonObject Ownership(string podUid) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = PodName, ["uid"] = podUid }),
        },
    };

    /// <summary>What carries the lease's labels goes with the lease at the latest.</summary>
    private JsonObject Metadata()
    {
        var labels = new JsonObject { [BuildLabels.Build] = LeaseNames.LabelValue(Request.Name) };
        foreach (var (name, value) in LeaseLabels.For(BuildSite.Name, RunId))
            labels[name] = value;
        return new() { ["name"] = PodName, ["labels"] = labels };
    }

    private List<JsonObject> Containers()
    {
        var containers = new List<JsonObject>();
        if (Request.Context is { } context)
            containers.Add(Context(Names.OnNodes(context)));
        for (var index = 0; index < Request.Steps.Count; index++)
            containers.Add(Step(Request.Steps[index], index));
        return containers;
    }

    private JsonObject Context(string image) => new()
    {
        ["name"] = ContextStep,
        ["image"] = image,
        ["resources"] = Resources(),
        ["securityContext"] = Rights(CopyCapabilities),
        ["volumeMounts"] = new JsonArray(Mount("workspace", Workspace)),
    };

    /// <summary>A step as it was given, completed with what it does not say itself.</summary>
    private JsonObject Step(JsonObject given, int index)
    {
        var step = (JsonObject)given.DeepClone();
        step["name"] ??= string.Create(CultureInfo.InvariantCulture, $"step-{index + 1}");
        step["workingDir"] ??= Workspace;
        step["resources"] ??= Resources();
        step["securityContext"] ??= Rights(BuildCapabilities);
        step["terminationMessagePath"] ??= DigestFile;
        Complete(step, "env", "name", "HOME", () => new() { ["name"] = "HOME", ["value"] = Home });
        Complete(step, "volumeMounts", "mountPath", Workspace, () => Mount("workspace", Workspace));
        Complete(step, "volumeMounts", "mountPath", Home, () => Mount("home", Home));
        if (Request.Files.Count > 0)
            Complete(step, "volumeMounts", "mountPath", Files, () => Mount("files", Files));
        if (!HasCredentials)
            return step;
        Complete(step, "env", "name", "DOCKER_CONFIG", () => new() { ["name"] = "DOCKER_CONFIG", ["value"] = DockerConfig });
        Complete(step, "volumeMounts", "mountPath", DockerConfig, () => new() { ["name"] = "credentials", ["mountPath"] = DockerConfig, ["readOnly"] = true });
        return step;
    }

    private static void Complete(JsonObject step, string list, string key, string value, Func<JsonObject> make)
    {
        if (step[list] is not JsonArray items)
            step[list] = items = [];
        if (!items.OfType<JsonObject>().Any(item => item[key]?.ToString() == value))
            items.Add(make());
    }

    private JsonArray Volumes()
    {
        var volumes = new JsonArray(Empty("workspace"), Empty("home"));
        if (HasCredentials)
            volumes.Add(new JsonObject { ["name"] = "credentials", ["secret"] = new JsonObject { ["secretName"] = SecretName, ["defaultMode"] = 0x124 } });
        if (Request.Files.Count > 0)
            volumes.Add(new JsonObject { ["name"] = "files", ["downwardAPI"] = new JsonObject { ["items"] = new JsonArray([.. Request.Files.Keys.Select(File)]) } });
        foreach (var volume in Request.Volumes)
            volumes.Add(volume.DeepClone());
        return volumes;
    }

    private static JsonNode? File(string name, int index) => new JsonObject { ["path"] = name, ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.annotations['{FileAnnotation(index)}']" } };

    private JsonObject Resources() => Requests.Count == 0 ? [] : new()
    {
        ["requests"] = new JsonObject(Requests.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    private static JsonObject Rights(IEnumerable<string> capabilities) => new()
    {
        ["allowPrivilegeEscalation"] = false,
        ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL"), ["add"] = new JsonArray([.. capabilities.Select(each => (JsonNode?)each)]) },
    };

    private static JsonObject Empty(string name) => new() { ["name"] = name, ["emptyDir"] = new JsonObject() };

    private static JsonObject Mount(string name, string path) => new() { ["name"] = name, ["mountPath"] = path };
}
