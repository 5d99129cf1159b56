using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>
/// What a lease adds to a manifest before it is sent: its namespace (also to the service accounts of a RoleBinding that name none), the labels of
/// the run (on the object alone, never on pod templates and selectors), and the run's account on test pods that name none. The manifest itself is not touched.
/// </summary>
internal sealed class ApplyBodies(KontraktWork work)
{
    private readonly Lease lease = work.Lease;
    private readonly ILookup<Manifest, PodTemplate> _tests = work.Manifests.PodTemplates
        .Where(template => template.Label is KontraktLabel.Test or KontraktLabel.Completion)
        .ToLookup<PodTemplate, Manifest>(template => template.Manifest, ReferenceEqualityComparer.Instance);

    public KubernetesObject For(Manifest manifest)
    {
        var body = new KubernetesObject((JsonObject)manifest.Object.Json.DeepClone());
        var metadata = Child(body.Json, "metadata");
        metadata["namespace"] = lease.Namespace;
        Mark(metadata);
        foreach (var template in _tests[manifest])
            RunAsLeaseAccount(body, template);
        if (body.GroupVersionKind == AccessKinds.RoleBindings.Kind)
            PlaceAccounts(body);
        if (!lease.Created)
            MarkVolumeClaims(body);
        else if (body.GroupVersionKind == ApiResource.ServiceAccounts.Kind)
            KeepPullSecret(body);
        return body;
    }

    private void Mark(JsonObject metadata)
    {
        var labels = Child(metadata, "labels");
        foreach (var (name, value) in LeaseLabels.For(lease.Kontrakt, lease.RunId))
            labels[name] = value;
    }

    private void RunAsLeaseAccount(KubernetesObject body, PodTemplate template)
    {
        if (body.At([.. template.Path, "spec"]) is JsonObject spec && spec["serviceAccountName"] is null && spec["serviceAccount"] is null)
            spec["serviceAccountName"] = lease.ServiceAccount;
    }

    /// <summary>A binding has to say in which namespace its service accounts are, and no manifest knows the name of the lease's.</summary>
    private void PlaceAccounts(KubernetesObject binding)
    {
        foreach (var subject in binding.Items("subjects").Where(subject => (string?)subject["kind"] == "ServiceAccount" && subject["namespace"] is null))
            subject["namespace"] = lease.Namespace;
    }

    /// <summary>Claims that a StatefulSet makes outlive it; in a namespace that stays, they have to be found again.</summary>
    private void MarkVolumeClaims(KubernetesObject body)
    {
        if (body.Kind != "StatefulSet")
            return;
        foreach (var claim in body.Items("spec", "volumeClaimTemplates"))
            Mark(Child(claim, "metadata"));
    }

    /// <summary>A manifest of one of the lease's own accounts must not take the pull secret away from it, which its list would replace.</summary>
    private void KeepPullSecret(KubernetesObject body)
    {
        if (string.IsNullOrWhiteSpace(work.Settings.ImagePullSecret) || (body.Name != lease.ServiceAccount && body.Name != "default"))
            return;
        var name = work.Settings.ImagePullSecret.Trim().Split('/')[^1];
        if (body.Json["imagePullSecrets"] is not JsonArray secrets)
            body.Json["imagePullSecrets"] = secrets = [];
        if (!secrets.Any(each => (string?)each?["name"] == name))
            secrets.Add((JsonNode)new JsonObject { ["name"] = name });
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }
}
