using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>The environment that a pod's spec gives to one container: services, envFrom, env, each over those before it.</summary>
/// <param name="pod">As its spec has it.</param>
/// <param name="current">The pod as it is now, for fieldRef.</param>
internal sealed class ContainerVariables(PodDefinition pod, KubernetesObject current, ContainerDefinition container, ObjectStore store, NodeCapacity node)
{
    /// <exception cref="ContainerConfigException">Something that is referred to, and is not optional, is not there; worded as the kubelet does.</exception>
    public Dictionary<string, string> Read()
    {
        var given = ServiceVariables.For(pod, store).Concat(EgressVariables.For(pod, store)).ToDictionary(StringComparer.Ordinal);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.Items("envFrom"))
            AddAll(variables, source);
        foreach (var variable in container.Items("env"))
        {
            var name = variable["name"]?.ToString() ?? "";
            if (variable["valueFrom"] is JsonObject from)
            {
                if (Referred(from) is { } value)
                    variables[name] = value;
            }
            else
            {
                variables[name] = VariableExpansion.Expand(variable["value"]?.ToString() ?? "", Over(given, variables));
            }
        }
        // A proxy variable is one in both its spellings.
        foreach (var name in given.Keys.Where(name => EgressVariables.IsOne(name) && variables.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList())
            given.Remove(name);
        return Over(given, variables);
    }

    private static Dictionary<string, string> Over(IReadOnlyDictionary<string, string> below, Dictionary<string, string> above)
    {
        var all = new Dictionary<string, string>(below, StringComparer.Ordinal);
        foreach (var (name, value) in above)
            all[name] = value;
        return all;
    }

    private void AddAll(Dictionary<string, string> variables, JsonObject source)
    {
        var prefix = source["prefix"]?.ToString() ?? "";
        var (kind, reference) = source["configMapRef"] is JsonObject config ? (Kinds.ConfigMap, config) : (Kinds.Secret, source["secretRef"] as JsonObject);
        if (reference is null || Find(kind, reference) is not { } found)
            return;
        foreach (var (key, _) in found.View.At("data") as JsonObject ?? [])
            variables[prefix + key] = Value(found, key);
    }

    /// <returns>null where it is optional and not there.</returns>
    private string? Referred(JsonObject from)
    {
        if (from["fieldRef"] is JsonObject field)
            return FieldReferences.Field(current, field["fieldPath"]?.ToString() ?? "");
        if (from["resourceFieldRef"] is JsonObject resource)
            return FieldReferences.Resource(pod, container, resource, node);
        var (kind, reference) = from["configMapKeyRef"] is JsonObject config ? (Kinds.ConfigMap, config) : (Kinds.Secret, from["secretKeyRef"] as JsonObject);
        if (reference is null || Find(kind, reference) is not { } found)
            return null;
        var key = reference["key"]?.ToString() ?? "";
        if (found.View.At("data", key) is not null || found.View.At("binaryData", key) is not null)
            return Value(found, key);
        return IsOptional(reference) ? null : throw new ContainerConfigException($"couldn't find key {key} in {kind.Kind} {pod.Namespace}/{found.Key.Name}");
    }

    /// <returns>null where it is optional and not there.</returns>
    private StoredObject? Find(ResourceKind kind, JsonObject reference)
    {
        var name = reference["name"]?.ToString() ?? "";
        if (store.Find(new(kind, pod.Namespace, name)) is { } found)
            return found;
        return IsOptional(reference) ? null : throw new ContainerConfigException($"{kind.Singular} \"{name}\" not found");
    }

    private static bool IsOptional(JsonObject reference) => reference["optional"]?.ToString() == "true";

    private static string Value(StoredObject item, string key)
    {
        var text = item.View.Text("data", key);
        return item.Key.Kind == Kinds.Secret ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;
    }
}
