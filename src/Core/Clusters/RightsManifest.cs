using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>Whom the rights are for.</summary>
/// <param name="Account">A service account's name.</param>
/// <param name="AccountNamespace">Its namespace.</param>
/// <param name="Watched">Custom resources that kontrakts hold and whose state is waited for: "plural.group".</param>
public sealed record RightsRequest(string Account, string AccountNamespace, IReadOnlyList<string> Watched);

/// <summary>
/// The account that a pipeline runs kontrakts as, and its rights, as manifests: exactly what <see cref="Preflight"/> asks for with these settings,
/// and the verb bind on the cluster role admin, which the account of each kontrakt gets in its namespace.
/// </summary>
public static class RightsManifest
{
    private const string Granted = "admin";

    /// <summary>Kinds of Kubernetes' own that are waited for; a run asks for those alone that its manifests hold.</summary>
    private static readonly ApiResource[] Waited =
    [
        new(new("apps", "v1", "Deployment"), "deployments", true, []), new(new("apps", "v1", "ReplicaSet"), "replicasets", true, []),
        new(new("apps", "v1", "StatefulSet"), "statefulsets", true, []), new(new("apps", "v1", "DaemonSet"), "daemonsets", true, []),
        new(new("batch", "v1", "Job"), "jobs", true, []), new(new("batch", "v1", "CronJob"), "cronjobs", true, []),
        ApiResource.Core("Service", "services"), ApiResource.Core("PersistentVolumeClaim", "persistentvolumeclaims"),
        ApiResource.Core("ReplicationController", "replicationcontrollers"),
    ];

    /// <summary>YAML for "kubectl apply -f -": with KontraktNamespace a Role in that namespace, which has to exist, else a ClusterRole.</summary>
    public static string Write(KontraktSettings settings, RightsRequest request)
    {
        var plan = RightsPlan.For(settings, [.. Waited, .. request.Watched.Select(Custom)]);
        var (ns, kind) = plan.Created ? (null, "ClusterRole") : (plan.Namespace, "Role");
        // Who hands a role out has all of its rights, or may bind it.
        var bind = Rule(AccessKinds.Group, ["clusterroles"], ["bind"], Granted);
        var documents = new List<JsonObject>
        {
            Document("v1", "ServiceAccount", request.Account, request.AccountNamespace),
            Role(kind, request.Account, ns, [.. Rules(plan.Questions), bind]),
            Binding(kind, request.Account, ns, request),
        };
        if (PullSecretOf(settings, request) is { } secret)
        {
            var name = $"{request.Account}-pull-secret";
            documents.Add(Role("Role", name, secret.Namespace, [Rule("", ["secrets"], ["get"], secret.Name)]));
            documents.Add(Binding("Role", name, secret.Namespace, request));
        }
        return YamlOutput.Write(documents);
    }

    /// <summary>A rule for each API group and set of verbs: resources that are treated alike are together.</summary>
    private static IEnumerable<JsonObject> Rules(IEnumerable<AccessQuestion> questions) =>
        from question in questions.Distinct()
        group question.Verb by (question.Group, question.Name, Resource: question.Subresource is null ? question.Resource : $"{question.Resource}/{question.Subresource}") into resource
        let verbs = string.Join(',', resource.Distinct().Order(StringComparer.Ordinal))
        group resource.Key.Resource by (resource.Key.Group, resource.Key.Name, Verbs: verbs) into rule
        select Rule(rule.Key.Group, [.. rule.Order(StringComparer.Ordinal)], rule.Key.Verbs.Split(','), rule.Key.Name);

    private static JsonObject Rule(string group, IReadOnlyList<string> resources, IReadOnlyList<string> verbs, string? name)
    {
        var rule = new JsonObject { ["apiGroups"] = Texts([group]), ["resources"] = Texts(resources) };
        if (name is not null)
            rule["resourceNames"] = Texts([name]);
        rule["verbs"] = Texts(verbs);
        return rule;
    }

    private static JsonObject Role(string kind, string name, string? ns, IReadOnlyList<JsonObject> rules)
    {
        var role = Document($"{AccessKinds.Group}/v1", kind, name, ns);
        role["rules"] = new JsonArray([.. rules]);
        return role;
    }

    private static JsonObject Binding(string kind, string name, string? ns, RightsRequest request)
    {
        var binding = Document($"{AccessKinds.Group}/v1", $"{kind}Binding", name, ns);
        binding["roleRef"] = new JsonObject { ["apiGroup"] = AccessKinds.Group, ["kind"] = kind, ["name"] = name };
        binding["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = request.Account, ["namespace"] = request.AccountNamespace });
        return binding;
    }

    private static JsonObject Document(string version, string kind, string name, string? ns)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (ns is not null)
            metadata["namespace"] = ns;
        return new() { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = metadata };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static (string Namespace, string Name)? PullSecretOf(KontraktSettings settings, RightsRequest request) => settings.ImagePullSecret?.Trim().Split('/') switch
    {
        [var name] => (request.AccountNamespace, name),
        [var ns, var name] => (ns, name),
        _ => null,
    };

    private static ApiResource Custom(string resource)
    {
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? throw Ktr.InvalidSetting.Error(null, "--watch", resource, "write the plural and the group of a custom resource, such as widgets.example.com")
            : new(new(resource[(dot + 1)..], "v1", resource[..dot]), resource[..dot], true, []);
    }
}
