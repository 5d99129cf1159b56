using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>By which users add kinds of their own.</summary>
internal static class CustomResourceDefinitionKind
{
    /// <summary>Holds a definition until the objects of its kind are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    public static ServedKind Kind { get; } = new(Kinds.CustomResourceDefinition)
    {
        Default = Default,
        Admit = Admit,
        Validate = DefinitionRules.Check,
        ValidateUpdate = DefinitionRules.CheckUpdate,
        Warn = Warn,
        Controller = objects => new DefinitionController(objects),
        Table = new([TableColumn.ObjectName, new("Created At", "date")], (item, _) => [item.Name, item.Text("metadata", "creationTimestamp")]),
    };

    private static void Default(JsonObject value)
    {
        var spec = value.Always("spec");
        var names = spec.Always("names");
        names.Default("singular", names.Text("kind").ToLowerInvariant());
        if (names.Text("kind").Length > 0)
            names.Default("listKind", names.Text("kind") + "List");
        spec.Always("conversion").Default("strategy", "None");
    }

    /// <summary>Its names are taken in the moment in which it is written: who sees that it exists can use it.</summary>
    private static void Admit(Write write, ObjectStore store)
    {
        if (write.Verb is WriteVerb.Create or WriteVerb.Update)
            DefinitionStatus.Update(write.Object, write.Key, store);
        else if (write.Verb == WriteVerb.Delete && write.Previous is { IsBeingDeleted: false })
        {
            var finalizers = write.Object.Metadata().AlwaysList("finalizers");
            if (!finalizers.Any(each => each?.ToString() == Finalizer))
                finalizers.Add(Finalizer);
            DefinitionStatus.Set(write.Object, new("Terminating", "True", "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"));
        }
    }

    private static IEnumerable<string> Warn(JsonObject value) => value.Map("spec").Each("versions")
        .SelectMany(version => CustomKind.Unevaluated(new(version.Map("schema").Map("openAPIV3Schema") ?? [])));
}
