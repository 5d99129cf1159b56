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
        Validate = Validate,
        Controller = objects => new NamespaceController(objects),
        CheckName = Names.LabelFaults,
        Fields = SelectableField.Of("status.phase"),
        Table = new([TableColumn.ObjectName, new("Status"), TableColumn.Age], (item, now) => [item.Name, item.Text("status", "phase"), Ages.Of(item, now)]),
        IsDeletedByCollection = false,
    };

    /// <summary>The finalizers in its spec are written with it, and after that by its subresource "finalize" alone.</summary>
    private static void Admit(Write write, ObjectStore store)
    {
        if (write.Verb == WriteVerb.Delete && Immortal.Contains(write.Key.Name))
            throw StatusException.Forbidden(write.Key, "this namespace may not be deleted");
        if (write.Verb == WriteVerb.Delete)
            write.Object.Always("status")["phase"] = "Terminating"; // What its controller reported of the deletion so far stays.
        if (write.Verb != WriteVerb.Create)
            return;
        var finalizers = write.Object.Always("spec").AlwaysList("finalizers");
        if (!finalizers.Any(known => known?.ToString() == Finalizer))
            finalizers.Add(Finalizer);
    }

    private static void Validate(JsonObject value, Faults faults) => MetadataRules.Finalizers(value.Map("spec"), Place.Of("spec"), faults);
}
