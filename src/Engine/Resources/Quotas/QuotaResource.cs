using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>One name in what a quota limits: the objects that it is about, and how much of it each of them uses.</summary>
internal sealed record QuotaResource(ResourceKind Kind, Func<KubernetesObject, Quantity> Amount)
{
    private const string OfClass = ".storageclass.storage.k8s.io/";
    private static readonly Quantity One = Number(1);

    /// <summary>Names that are a number of objects of a kind.</summary>
    private static readonly Dictionary<string, ResourceKind> Counted =
        ((ResourceKind[])[Kinds.ConfigMap, Kinds.PersistentVolumeClaim, Kinds.ReplicationController, Kinds.ResourceQuota, Kinds.Secret, Kinds.Service]).ToDictionary(kind => kind.Plural);

    /// <returns>null for a name that nothing uses.</returns>
    public static QuotaResource? Of(string name, ObjectStore store)
    {
        if (Counted.TryGetValue(name, out var counted))
            return new(counted, _ => One);
        if (name.StartsWith("count/", StringComparison.Ordinal))
            return ServedKinds.ResourcesIn(store).FirstOrDefault(kind => kind.Namespaced && kind.QualifiedPlural == name["count/".Length..]) is { } kind ? new(kind, _ => One) : null;
        if (name.IndexOf(OfClass, StringComparison.Ordinal) is > 0 and var end)
            return OfClaims(name[(end + OfClass.Length)..], name[..end]);
        return name switch
        {
            "pods" => OfPods(_ => One),
            "requests.storage" => OfClaims(name, null),
            "services.nodeports" => new(Kinds.Service, service => Number(service.Text("spec", "type") is "NodePort" or "LoadBalancer" ? service.Items("spec", "ports").Count() : 0)),
            "services.loadbalancers" => new(Kinds.Service, service => Number(service.Text("spec", "type") == "LoadBalancer" ? 1 : 0)),
            "limits.cpu" or "limits.memory" or "limits.ephemeral-storage" => OfPods(pod => Total(pod, "limits", name["limits.".Length..])),
            "cpu" or "memory" or "ephemeral-storage" => OfPods(pod => Total(pod, "requests", name)),
            _ when name.StartsWith("requests.", StringComparison.Ordinal) => OfPods(pod => Total(pod, "requests", name["requests.".Length..])),
            _ => null,
        };
    }

    /// <summary>How much of it exists, of what the quota is about.</summary>
    public Quantity Used(StoredObject quota, ObjectStore store) => store.List(Kind, quota.Key.Namespace).Items
        .Where(item => QuotaScopes.Include(quota.View, Kind, item.View)).Aggregate(default(Quantity), (sum, item) => sum + Amount(item.View));

    private static QuotaResource OfPods(Func<KubernetesObject, Quantity> amount) => new(Kinds.Pod, pod => PodState.HasEnded(pod) ? default : amount(pod));

    private static QuotaResource? OfClaims(string name, string? storageClass)
    {
        bool IsOfIt(KubernetesObject claim) => storageClass is null || claim.Text("spec", "storageClassName") == storageClass;
        return name switch
        {
            "persistentvolumeclaims" => new(Kinds.PersistentVolumeClaim, claim => IsOfIt(claim) ? One : default),
            "requests.storage" => new(Kinds.PersistentVolumeClaim, claim => IsOfIt(claim) && Quantity.Read(claim.Text("spec", "resources", "requests", "storage")) is { } size ? size : default),
            _ => null,
        };
    }

    private static Quantity Total(KubernetesObject pod, string list, string resource) => PodResources.Total(pod, list, resource) ?? default;

    private static Quantity Number(int count) => Quantity.Read(count.ToString(System.Globalization.CultureInfo.InvariantCulture)) ?? default;
}
