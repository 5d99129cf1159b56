using System.Collections.Frozen;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Every kind that the engine serves: those that are built in, and those that definitions in the store add. Any other is refused by name.</summary>
internal static class ServedKinds
{
    /// <summary>Those that are built in.</summary>
    public static IReadOnlyList<ServedKind> All { get; } =
    [
        CustomResourceDefinitionKind.Kind, NamespaceKind.Kind, NodeKind.Kind, PodKind.Kind, ServiceKind.Kind, EndpointsKind.Kind, EndpointSliceKind.Kind, ConfigMapKind.Kind, SecretKind.Kind, ServiceAccountKind.Kind,
        EventKind.Kind, DeploymentKind.Kind, ReplicaSetKind.Kind, StatefulSetKind.Kind, DaemonSetKind.Kind, ControllerRevisionKind.Kind, ReplicationControllerKind.Kind,
        JobKind.Kind, CronJobKind.Kind, HorizontalPodAutoscalerKind.Kind, PodDisruptionBudgetKind.Kind, StorageClassKind.Kind, PersistentVolumeKind.Kind, PersistentVolumeClaimKind.Kind,
        ResourceQuotaKind.Kind, LimitRangeKind.Kind, LeaseKind.Kind, NetworkPolicyKind.Kind, PriorityClassKind.Kind, RoleKinds.Role, RoleKinds.RoleBinding, RoleKinds.ClusterRole,
        RoleKinds.ClusterRoleBinding,
    ];

    private static readonly FrozenDictionary<ResourceKind, ServedKind> ByResource = All.Concat(MetricsKinds.All).ToFrozenDictionary(kind => kind.Resource);
    private static readonly FrozenDictionary<(string, string, string), ServedKind> ByPath = All.Concat(MetricsKinds.All).ToFrozenDictionary(kind => (kind.Resource.Group, kind.Resource.GroupVersionKind.Version, kind.Resource.Plural));
    private static readonly FrozenDictionary<GroupVersionKind, ResourceKind> ByKind = All.ToFrozenDictionary(kind => kind.Resource.GroupVersionKind, kind => kind.Resource);

    public static IReadOnlyList<ResourceKind> Resources { get; } = [.. All.Select(kind => kind.Resource)];

    public static ServedKind Of(ResourceKind resource) => ByResource[resource];

    /// <summary>Of an object that is written or stored: in the version that its key names, or else that in which it is stored.</summary>
    /// <exception cref="StatusException">404: its definition is gone.</exception>
    public static ServedKind Of(ResourceKind resource, ObjectStore store) => ByResource.GetValueOrDefault(resource) ?? CustomKinds.Of(store, resource);

    /// <summary>The kind of a group and version that is served under a path segment; null for none.</summary>
    public static ServedKind? Find(ObjectStore store, string group, string version, string plural) =>
        ByPath.GetValueOrDefault((group, version, plural)) ?? CustomKinds.Find(store, group, version, plural);

    public static ResourceKind? Find(ObjectStore store, GroupVersionKind kind) => ByKind.GetValueOrDefault(kind) ?? CustomKinds.Find(store, kind);

    /// <summary>Whether there is such a kind, still.</summary>
    public static bool IsServed(ObjectStore store, ResourceKind resource) => ByResource.ContainsKey(resource) || CustomKinds.Find(store, resource.GroupVersionKind) is not null;

    /// <summary>Those that there may be objects of.</summary>
    public static IEnumerable<ResourceKind> ResourcesIn(ObjectStore store) => [.. Resources, .. CustomKinds.Resources(store)];
}

/// <summary>
/// The standard kinds that the engine does not run. Discovery names them, so that clients ask for them and learn the way out, where
/// they would otherwise say on their own that there is no such kind.
/// </summary>
internal static class AbsentKinds
{
    public static IReadOnlyList<AbsentKind> All { get; } =
    [
        .. Of("", "v1", true, "PodTemplate podtemplates"),
        .. Of("", "v1", false, "ComponentStatus componentstatuses cs"),
        .. Of("autoscaling", "v1", true, "HorizontalPodAutoscaler horizontalpodautoscalers hpa"),
        .. Of("networking.k8s.io", "v1", true, "Ingress ingresses ing"),
        .. Of("networking.k8s.io", "v1", false, "IngressClass ingressclasses", "IPAddress ipaddresses ip", "ServiceCIDR servicecidrs"),
        .. Of("storage.k8s.io", "v1", false, "VolumeAttachment volumeattachments", "VolumeAttributesClass volumeattributesclasses vac", "CSIDriver csidrivers", "CSINode csinodes"),
        .. Of("storage.k8s.io", "v1", true, "CSIStorageCapacity csistoragecapacities"),
        .. Of("node.k8s.io", "v1", false, "RuntimeClass runtimeclasses"),
        .. Of("resource.k8s.io", "v1", false, "DeviceClass deviceclasses", "ResourceSlice resourceslices"),
        .. Of("resource.k8s.io", "v1", true, "ResourceClaim resourceclaims", "ResourceClaimTemplate resourceclaimtemplates"),
        .. Of("apiregistration.k8s.io", "v1", false, "APIService apiservices"),
        .. Of("admissionregistration.k8s.io", "v1", false, "ValidatingWebhookConfiguration validatingwebhookconfigurations",
            "MutatingWebhookConfiguration mutatingwebhookconfigurations", "ValidatingAdmissionPolicy validatingadmissionpolicies",
            "ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings"),
        .. Of("certificates.k8s.io", "v1", false, "CertificateSigningRequest certificatesigningrequests csr"),
        .. Of("flowcontrol.apiserver.k8s.io", "v1", false, "FlowSchema flowschemas", "PriorityLevelConfiguration prioritylevelconfigurations"),
    ];

    private static readonly FrozenDictionary<(string, string), AbsentKind> ByPath =
        All.DistinctBy(kind => (kind.Kind.Group, kind.Plural)).ToFrozenDictionary(kind => (kind.Kind.Group, kind.Plural));

    /// <summary>In whatever version: older clients ask for older ones.</summary>
    public static AbsentKind? Find(string group, string plural) => ByPath.GetValueOrDefault((group, plural));

    private static IEnumerable<AbsentKind> Of(string group, string version, bool namespaced, params string[] names) =>
        names.Select(name => name.Split(' ')).Select(words => new AbsentKind(new(group, version, words[0]), words[1], namespaced, words[2..]));
}

/// <summary>A kind that every Kubernetes has and the engine has not.</summary>
internal sealed record AbsentKind(GroupVersionKind Kind, string Plural, bool Namespaced, string[] ShortNames);
