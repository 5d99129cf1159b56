using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What the limit ranges of a namespace do to new pods and to claims: first they fill in, and of what came of it they refuse.</summary>
internal sealed class LimitRanges(ObjectStore store)
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Gives the containers of a new pod what they say nothing about.</summary>
    public void Default(Write write)
    {
        if (write.Verb != WriteVerb.Create || write.Key.Kind != Kinds.Pod)
            return;
        foreach (var item in Items(write).Where(item => item.Text("type") == LimitRangeKind.Container))
        {
            var spec = write.Object.Always("spec");
            string[] notes =
            [
                .. spec.Each("containers").SelectMany(container => Fill(container, item, "container")),
                .. spec.Each("initContainers").SelectMany(container => Fill(container, item, "init container")),
            ];
            if (notes.Length > 0)
                write.Object.Metadata().Always("annotations")[Annotation] = $"LimitRanger plugin set: {string.Join("; ", notes)}";
        }
    }

    /// <exception cref="StatusException">403.</exception>
    public void Check(Write write)
    {
        var isPod = write.Key.Kind == Kinds.Pod && write.Verb == WriteVerb.Create;
        var isClaim = write.Key.Kind == Kinds.PersistentVolumeClaim && write is { Verb: WriteVerb.Create or WriteVerb.Update, Previous: null or { IsBeingDeleted: false } };
        if (!isPod && !isClaim)
            return;
        foreach (var range in store.List(Kinds.LimitRange, write.Key.Namespace).Items)
        {
            var faults = range.View.Items("spec", "limits").SelectMany(item => isPod ? OfPod(item, write) : OfClaim(item, write.Object)).Distinct(StringComparer.Ordinal).ToList();
            if (faults.Count > 0)
                throw StatusException.Forbidden(write.Key, faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
        }
    }

    private IEnumerable<JsonObject> Items(Write write) => store.List(Kinds.LimitRange, write.Key.Namespace).Items.SelectMany(range => range.View.Items("spec", "limits"));

    /// <returns>What it did, in Kubernetes' words.</returns>
    private static IEnumerable<string> Fill(JsonObject container, JsonObject item, string what)
    {
        foreach (var (list, from, word) in ((string, string, string)[])[("requests", "defaultRequest", "request"), ("limits", "default", "limit")])
            if (Fill(container, list, item.Map(from) ?? []) is { Count: > 0 } set)
                yield return $"{string.Join(", ", set)} {word} for {what} {container.Text("name")}";
    }

    private static List<string> Fill(JsonObject container, string list, JsonObject defaults)
    {
        var resources = container.Always("resources");
        var missing = defaults.Where(pair => !resources.Map(list).Has(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        foreach (var (resource, amount) in missing)
            resources.Always(list)[resource] = amount?.DeepClone();
        return [.. missing.Select(pair => pair.Key)];
    }

    private static IEnumerable<string> OfPod(JsonObject item, Write write)
    {
        var limit = new LimitRangeItem(item);
        if (limit.Type == LimitRangeKind.Container)
            return write.Object.Map("spec").Each("containers").Concat(write.Object.Map("spec").Each("initContainers"))
                .SelectMany(container => limit.Faults((list, resource) => Quantity.Read(KubernetesObject.At(container, "resources", list, resource)?.ToString())));
        var pod = new KubernetesObject(write.Object);
        return limit.Type == LimitRangeKind.Pod ? limit.Faults((list, resource) => PodResources.Total(pod, list, resource)) : [];
    }

    private static IEnumerable<string> OfClaim(JsonObject item, JsonObject claim)
    {
        var limit = new LimitRangeItem(item);
        return limit.Type == LimitRangeKind.Claim ? limit.FaultsOfRequests(resource => Quantity.Read(KubernetesObject.At(claim, "spec", "resources", "requests", resource)?.ToString())) : [];
    }
}
