using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Images.Builds;

/// <summary>The pod of a build, made without a cluster: as few rights as building takes.</summary>
internal sealed record BuildPodPlan
{
    public const string ContextStep = "context";
    /// <summary>The build's name, beside the labels of leases.</summary>
    private const string Label = "kontrakt/build";
    public const string DigestFile = "/dev/termination-log";
    public const string Workspace = "/workspace";
    /// <summary>Where steps find <see cref="BuildPodRequest.Files"/>.</summary>
    public const string Files = "/kaniko/kontrakt/files";
    /// <summary>Where steps find <see cref="BuildPodRequest.Secrets"/>, a file each.</summary>
    public const string Secrets = "/kaniko/kontrakt/secrets";
    public const string WorkspaceVolume = "workspace", HomeVolume = "home";
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

    private const string Credentials = "config.json";

    /// <summary>The Secret of the credentials and secrets has the pod's name.</summary>
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

    /// <summary>Credentials and secrets for this pod alone; null where it needs none.</summary>
    /// <param name="credentials">A docker config; empty for none.</param>
    public KubernetesObject? Secret(ReadOnlySpan<byte> credentials)
    {
        var data = new JsonObject();
        if (HasCredentials)
            data[Credentials] = Convert.ToBase64String(credentials);
        foreach (var (id, value) in Request.Secrets)
            data[SecretKey(id)] = Convert.ToBase64String(value);
        return data.Count == 0 ? null : new(new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = Metadata(),
            ["type"] = "Opaque",
            ["immutable"] = true,
            ["data"] = data,
        });
    }

    private static string SecretKey(string id) => $"secret.{id}";

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
        var labels = new JsonObject { [Label] = LeaseNames.LabelValue(Request.Name) };
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
        ["volumeMounts"] = new JsonArray(Mount(WorkspaceVolume, Workspace)),
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
        // A step that has them elsewhere has them once.
        Complete(step, "volumeMounts", "name", WorkspaceVolume, () => Mount(WorkspaceVolume, Workspace));
        Complete(step, "volumeMounts", "name", HomeVolume, () => Mount(HomeVolume, Home));
        if (Request.Files.Count > 0)
            Complete(step, "volumeMounts", "mountPath", Files, () => Mount("files", Files));
        if (Request.Secrets.Count > 0)
            Complete(step, "volumeMounts", "mountPath", Secrets, () => new() { ["name"] = "secrets", ["mountPath"] = Secrets, ["readOnly"] = true });
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
        var volumes = new JsonArray(Empty(WorkspaceVolume), Empty(HomeVolume));
        if (HasCredentials)
            volumes.Add(OfSecret("credentials", [(Credentials, Credentials)]));
        if (Request.Secrets.Count > 0)
            volumes.Add(OfSecret("secrets", Request.Secrets.Keys.Select(id => (SecretKey(id), id))));
        if (Request.Files.Count > 0)
            volumes.Add(new JsonObject { ["name"] = "files", ["downwardAPI"] = new JsonObject { ["items"] = new JsonArray([.. Request.Files.Keys.Select(File)]) } });
        foreach (var volume in Request.Volumes)
            volumes.Add(volume.DeepClone());
        return volumes;
    }

    private JsonObject OfSecret(string name, IEnumerable<(string Key, string Path)> items) => new()
    {
        ["name"] = name,
        ["secret"] = new JsonObject
        {
            ["secretName"] = SecretName,
            ["defaultMode"] = 0x124,
            ["items"] = new JsonArray([.. items.Select(item => new JsonObject { ["key"] = item.Key, ["path"] = item.Path })]),
        },
    };

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
