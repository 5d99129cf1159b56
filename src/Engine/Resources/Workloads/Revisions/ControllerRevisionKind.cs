using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class ControllerRevisionKind
{
    public static ServedKind Kind { get; } = new(Kinds.ControllerRevision)
    {
        Validate = Validate,
        ValidateUpdate = ValidateUpdate,
        Table = new([TableColumn.ObjectName, new("Controller"), TableColumn.Integer("Revision"), TableColumn.Age],
            (item, now) => [item.Name, Controller(item), CellText.Number(item, 0, "revision"), Ages.Of(item, now)]),
    };

    private static void Validate(JsonObject value, Faults faults)
    {
        if (!value.Has("data"))
            faults.Required(Place.Of("data"), "data is mandatory");
        faults.AtLeast(value, "revision", Place.Root);
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        if (!JsonNode.DeepEquals(before["data"], after["data"]))
            faults.Invalid(Place.Of("data"), after["data"], "field is immutable");
    }

    /// <summary>statefulset.apps/db</summary>
    private static string Controller(KubernetesObject item)
    {
        if (OwnerReferences.Controller(item) is not { } owner)
            return CellText.None;
        var kind = GroupVersionKind.From(owner.Text("apiVersion"), owner.Text("kind"));
        return $"{(kind.Group.Length > 0 ? $"{kind.Kind.ToLowerInvariant()}.{kind.Group}" : kind.Kind.ToLowerInvariant())}/{owner.Text("name")}";
    }
}
