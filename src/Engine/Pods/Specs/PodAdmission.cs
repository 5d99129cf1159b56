using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>
/// What becomes of a pod as it is created, whoever creates it: it gets its service account, with a token to ask the API with, and a status.
/// </summary>
public sealed class PodAdmission(ObjectStore store)
{
    private const string TokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int Mode = 0b110_100_100;
    private const long TokenSeconds = 3607;

    /// <summary>To come after the defaults.</summary>
    /// <exception cref="StatusException">403: its account does not exist.</exception>
    public void Apply(Write write)
    {
        if (write.Verb != WriteVerb.Create || write.Key.Kind != Kinds.Pod || write.Object["spec"] is not JsonObject spec)
            return;
        var account = Account(write, spec);
        if (IsMounted(spec, account.View))
            MountToken(spec);
        if (spec["imagePullSecrets"] is not JsonArray { Count: > 0 } && account.View.At("imagePullSecrets") is JsonArray { Count: > 0 } secrets)
            spec["imagePullSecrets"] = secrets.DeepClone();
        write.Object["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodResources.QosClass(new(write.Object)) };
    }

    private StoredObject Account(Write write, JsonObject spec)
    {
        var name = spec["serviceAccountName"]?.ToString() is { Length: > 0 } named ? named : spec["serviceAccount"]?.ToString() is { Length: > 0 } old ? old : "default";
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        return store.Find(new(Kinds.ServiceAccount, write.Key.Namespace, name))
            ?? throw StatusException.Forbidden(write.Key, $"error looking up service account {write.Key.Namespace}/{name}: serviceaccount \"{name}\" not found");
    }

    private static bool IsMounted(JsonObject spec, KubernetesObject account) =>
        (spec["automountServiceAccountToken"]?.ToString() ?? account.Text("automountServiceAccountToken")) != "false";

    private static void MountToken(JsonObject spec)
    {
        var name = $"kube-api-access-{RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5)}";
        var mounted = false;
        foreach (var container in Containers(spec, "initContainers").Concat(Containers(spec, "containers")))
        {
            if (container["volumeMounts"] is not JsonArray mounts)
                container["volumeMounts"] = mounts = [];
            if (mounts.Any(mount => mount?["mountPath"]?.ToString() == TokenFolder))
                continue;
            mounts.Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = TokenFolder });
            mounted = true;
        }
        if (!mounted)
            return;
        if (spec["volumes"] is not JsonArray volumes)
            spec["volumes"] = volumes = [];
        volumes.Add(Volume(name));
    }

    private static IEnumerable<JsonObject> Containers(JsonObject spec, string field) => (spec[field] as JsonArray ?? []).OfType<JsonObject>();

    private static JsonObject Volume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                new JsonObject { ["configMap"] = new JsonObject { ["name"] = "kube-root-ca.crt", ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }) } },
                new JsonObject { ["downwardAPI"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["path"] = "namespace", ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" } }) } }),
            ["defaultMode"] = Mode,
        },
    };
}
