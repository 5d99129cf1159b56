using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class NamespaceKind
{
    public const string Finalizer = "kubernetes";
    private static readonly HashSet<string> Immortal = ["default", "kube-public", "kube-system", FirstObjects.EngineNamespace];

    public static ServedKind Kind { get; } = new(Kinds.Namespace)
    {
        Default = value => value.Metadata().Always("labels")["kubernetes.io/metadata.name"] = value.Metadata().Text("name"),
        FirstStatus = () => new() { ["phase"] = "Active" },
        Admit = Admit,
        Controller = objects => new NamespaceController(objects),
        CheckName = Names.LabelFaults,
        Fields = SelectableField.Of("status.phase"),
        Table = new([TableColumn.ObjectName, new("Status"), TableColumn.Age], (item, now) => [item.Name, item.Text("status", "phase"), Ages.Of(item, now)]),
        IsDeletedByCollection = false,
    };

    /// <summary>The finalizers in its spec are the engine's alone, until it is being deleted.</summary>
    private static void Admit(Write write, ObjectStore store)
    {
        if (write.Verb == WriteVerb.Delete && Immortal.Contains(write.Key.Name))
            throw StatusException.Forbidden(write.Key, "this namespace may not be deleted");
        if (write.Verb == WriteVerb.Delete)
            write.Object.Always("status")["phase"] = "Terminating"; // What its controller reported of the deletion so far stays.
        else if (write.Verb == WriteVerb.Create)
            write.Object.Always("spec")["finalizers"] = new JsonArray(Finalizer);
        else if (write.Verb == WriteVerb.Update && write.Previous is { IsBeingDeleted: false } previous)
            write.Object.Always("spec")["finalizers"] = previous.View.At("spec", "finalizers")?.DeepClone();
    }
}
