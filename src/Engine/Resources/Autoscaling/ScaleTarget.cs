using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>What an autoscaler scales: anything whose kind has a scale.</summary>
internal sealed record ScaleTarget(StoredObject Object)
{
    public int Replicas => (int)Workloads.Replicas(Object.View);

    /// <summary>As its own controller last counted.</summary>
    public int Running => (int)Workloads.Status(Object.View, "replicas");

    public LabelSelector Selector => Workloads.Selector(Object.Key.Kind, Object.View);

    /// <param name="problem">Why there is none, as Kubernetes says it.</param>
    public static ScaleTarget? Find(ObjectStore store, StoredObject autoscaler, out string problem)
    {
        var (version, name, target) = (Reference(autoscaler, "apiVersion"), Reference(autoscaler, "kind"), Reference(autoscaler, "name"));
        var group = version.Contains('/', StringComparison.Ordinal) ? version.Split('/')[0] : "";
        problem = "";
        if (ServedKinds.Resources.FirstOrDefault(each => each.Kind == name && each.Group == group) is not { } kind)
            problem = $"no matches for kind \"{name}\" in group \"{group}\"";
        else if (!kind.Subresources.Contains("scale"))
            problem = "the server could not find the requested resource";
        else if (store.Find(new(kind, autoscaler.Key.Namespace, target)) is { } found)
            return new(found);
        else
            problem = $"{kind.QualifiedPlural} \"{target}\" not found";
        return null;
    }

    private static string Reference(StoredObject autoscaler, string field) => autoscaler.View.Text("spec", "scaleTargetRef", field);
}
