using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Refuses what would be more than a quota of its namespace allows. It runs under the store's lock and counts what exists, so that of two
/// writes at once one sees the other.
/// </summary>
internal sealed class QuotaRule(ObjectStore store)
{
    /// <summary>Of these each container has to say something: an old mistake of Kubernetes', which stays.</summary>
    private static readonly string[] Required = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

    /// <exception cref="StatusException">403.</exception>
    public void Check(Write write)
    {
        var kind = write.Key.Kind;
        // Only these can become more by a change.
        if (write.Verb != WriteVerb.Create && !(write.Verb == WriteVerb.Update && (kind == Kinds.Service || kind == Kinds.PersistentVolumeClaim)))
            return;
        var item = new KubernetesObject(write.Object);
        var quotas = store.List(Kinds.ResourceQuota, write.Key.Namespace).Items.Where(quota => QuotaScopes.Include(quota.View, kind, item))
            .Select(quota => (Quota: quota, Limits: QuotaLimit.Of(quota, store).Where(limit => limit.Resource.Kind == kind).ToList())).ToList();
        foreach (var (quota, limits) in quotas)
            if (kind == Kinds.Pod && Missing(item, limits) is { Length: > 0 } missing)
                throw StatusException.Forbidden(write.Key, $"failed quota: {quota.Key.Name}: must specify {missing}");
        foreach (var (quota, limits) in quotas)
            CheckLimits(write, item, quota, limits);
    }

    private void CheckLimits(Write write, KubernetesObject item, StoredObject quota, List<QuotaLimit> limits)
    {
        var exceeded = new List<(string Name, Quantity Requested, Quantity Used, Quantity Limit)>();
        foreach (var (name, resource, most) in limits)
        {
            var requested = resource.Amount(item) - (write.Previous is { } previous ? resource.Amount(previous.View) : default);
            if (requested.Sign != 0 && resource.Used(quota, store) is var used && used + requested > most)
                exceeded.Add((name, requested, used, most));
        }
        string Text(Func<(string Name, Quantity Requested, Quantity Used, Quantity Limit), Quantity> of) => string.Join(',', exceeded.Select(each => $"{each.Name}={of(each)}"));
        if (exceeded.Count > 0)
            throw StatusException.Forbidden(write.Key, $"exceeded quota: {quota.Key.Name}, requested: {Text(each => each.Requested)}, used: {Text(each => each.Used)}, limited: {Text(each => each.Limit)}");
    }

    /// <returns>cpu for: a,b; limits.memory for: a</returns>
    private static string Missing(KubernetesObject pod, List<QuotaLimit> limits) => string.Join("; ", limits.Select(limit => limit.Name).Where(Required.Contains)
        .Select(name => (name, Containers: ContainersWithout(pod, name).ToList())).Where(each => each.Containers.Count > 0)
        .Select(each => $"{each.name} for: {string.Join(',', each.Containers)}"));

    private static IEnumerable<string> ContainersWithout(KubernetesObject pod, string name)
    {
        var (list, resource) = name.Split('.') is [var prefix, var rest] ? (prefix, rest) : ("requests", name);
        return pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers"))
            .Where(container => KubernetesObject.At(container, "resources", list, resource) is null).Select(container => container.Text("name")).Order(StringComparer.Ordinal);
    }
}

/// <summary>One of the limits of a quota.</summary>
internal sealed record QuotaLimit(string Name, QuotaResource Resource, Quantity Most)
{
    /// <summary>By name; without those that nothing uses.</summary>
    public static IEnumerable<QuotaLimit> Of(StoredObject quota, ObjectStore store) =>
        from pair in (quota.View.Json.Map("spec").Map("hard") ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        let resource = QuotaResource.Of(pair.Key, store)
        where resource is not null
        select new QuotaLimit(pair.Key, resource, Quantity.Read(pair.Value?.ToString()) ?? default);
}
