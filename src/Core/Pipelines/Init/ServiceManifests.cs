using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Manifests;

namespace Kontrakt.Pipelines.Init;

/// <summary>The objects of Kubernetes that a program becomes.</summary>
internal static class ServiceManifests
{
    /// <summary>The workload, and a Service where it has ports.</summary>
    public static IEnumerable<JsonObject> For(InitService service)
    {
        yield return service.Role switch
        {
            InitRole.Test => new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = Later(service, Named(service, Labels(service, "test"))), ["spec"] = PodSpec(service, "Never") },
            InitRole.Completion => Workload("batch/v1", service, new() { ["template"] = Template(service, "completion", "OnFailure") }),
            _ => Workload("apps/v1", service, new()
            {
                ["replicas"] = service.Replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = Labels(service, null) },
                ["template"] = Template(service, service.IsBuilt ? "target" : null, null),
            }),
        };
        if (service is { Ports.Count: > 0, Role: InitRole.Server })
            yield return Object("v1", "Service", service, new()
            {
                ["selector"] = Labels(service, null),
                ["ports"] = new JsonArray([.. service.Ports.Select(port => new JsonObject { ["name"] = PortName(port), ["protocol"] = port.Protocol, ["port"] = port.Port })]),
            });
    }

    public static string KindOf(InitRole role) => role switch { InitRole.Test => "Pod", InitRole.Completion => "Job", _ => "Deployment" };

    /// <summary>What is true when a server runs as it should: a kontrakt without a test has to say something.</summary>
    public static JsonObject Assertion(InitService service) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = Named(service, null),
        ["status"] = new JsonObject { ["readyReplicas"] = service.Replicas },
    };

    private static JsonObject Workload(string version, InitService service, JsonObject spec)
    {
        var workload = Object(version, KindOf(service.Role), service, spec);
        workload["metadata"] = Later(service, Named(service, null));
        return workload;
    }

    private static JsonObject Later(InitService service, JsonObject metadata)
    {
        if (service.After.Count > 0)
            metadata["annotations"] = new JsonObject { [KontraktAnnotations.After] = string.Join(", ", service.After) };
        return metadata;
    }

    private static JsonObject Object(string version, string kind, InitService service, JsonObject spec) =>
        new() { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = Named(service, null), ["spec"] = spec };

    private static JsonObject Named(InitService service, JsonObject? labels)
    {
        var metadata = new JsonObject { ["name"] = service.Name };
        if (labels is not null)
            metadata["labels"] = labels;
        return metadata;
    }

    private static JsonObject Labels(InitService service, string? kontrakt)
    {
        var labels = new JsonObject { ["app"] = service.Name };
        if (kontrakt is not null)
            labels["kontrakt"] = kontrakt;
        return labels;
    }

    private static JsonObject Template(InitService service, string? kontrakt, string? restart) =>
        new() { ["metadata"] = new JsonObject { ["labels"] = Labels(service, kontrakt) }, ["spec"] = PodSpec(service, restart) };

    private static JsonObject PodSpec(InitService service, string? restart)
    {
        var spec = new JsonObject();
        if (restart is not null)
            spec["restartPolicy"] = restart;
        if (service.User is { } user)
        {
            var context = new JsonObject { ["runAsUser"] = user.User };
            if (user.Group is { } group)
                context["runAsGroup"] = group;
            spec["securityContext"] = context;
        }
        spec["containers"] = new JsonArray(Container(service));
        if (service.Folders.Count > 0)
            spec["volumes"] = new JsonArray([.. service.Folders.Select((folder, index) => new JsonObject
            {
                ["name"] = VolumeName(index),
                ["emptyDir"] = folder.InMemory ? new JsonObject { ["medium"] = "Memory" } : [],
            })]);
        return spec;
    }

    private static JsonObject Container(InitService service)
    {
        var container = new JsonObject { ["name"] = service.Name, ["image"] = service.Image };
        if (service.Command.Count > 0)
            container["command"] = Texts(service.Command);
        if (service.Arguments.Count > 0)
            container["args"] = Texts(service.Arguments);
        if (service.WorkingDirectory is { } directory)
            container["workingDir"] = directory;
        if (service.Environment.Count > 0)
            container["env"] = new JsonArray([.. service.Environment.Select(variable => new JsonObject { ["name"] = variable.Key, ["value"] = Escaped(variable.Value) })]);
        if (service.Ports.Count > 0)
            container["ports"] = new JsonArray([.. service.Ports.Select(port => new JsonObject { ["containerPort"] = port.Port, ["protocol"] = port.Protocol })]);
        if (service.Probe is { } probe)
            container["readinessProbe"] = probe.DeepClone();
        if (service.Folders.Count > 0)
            container["volumeMounts"] = new JsonArray([.. service.Folders.Select((folder, index) => new JsonObject { ["name"] = VolumeName(index), ["mountPath"] = folder.Path })]);
        return container;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)Escaped(text))]);

    /// <summary>Kubernetes replaces $(NAME) in these (API reference, Container); what a program is to see as it is has two signs.</summary>
    private static string Escaped(string text) => text.Replace("$(", "$$(", StringComparison.Ordinal);

    private static string VolumeName(int index) => string.Create(CultureInfo.InvariantCulture, $"data-{index}");

    private static string PortName((int Port, string Protocol) port) => string.Create(CultureInfo.InvariantCulture, $"{port.Protocol.ToLowerInvariant()}-{port.Port}");
}
