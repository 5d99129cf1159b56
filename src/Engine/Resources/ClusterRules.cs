using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>The rules of every write, in their order: one composition, for the engine and for tests of its parts.</summary>
internal static class ClusterRules
{
    public static IReadOnlyList<WriteRule> For(ObjectStore store, Authorizer authorizer) =>
    [
        new MemoryLimit(store).Rule,
        new NamespaceLifecycle(store).Rule,
        write => Default(write, ServedKinds.Of(write.Key.Kind, store)),
        new LimitRanges(store).Default,
        write => ServedKinds.Of(write.Key.Kind, store).Admit(write, store),
        new EscalationRule(store, authorizer).Apply,
        write => Validate(write, ServedKinds.Of(write.Key.Kind, store)),
        new LimitRanges(store).Check,
        new QuotaRule(store).Check,
        write => Store(write, ServedKinds.Of(write.Key.Kind, store)),
    ];

    private static void Default(Write write, ServedKind kind)
    {
        if (write.Verb is WriteVerb.Create or WriteVerb.Update || IsStatusOfUser(write))
            kind.Default(write.Object);
        if (write.Verb == WriteVerb.Create && kind.FirstStatus is { } first)
            write.Object["status"] = first();
    }

    /// <summary>
    /// Refuses objects that are not valid, with all that is wrong at once. What the engine itself changes (the node of a pod, the number of
    /// replicas) is not checked again; what it makes is, because it makes it of what others wrote.
    /// </summary>
    /// <exception cref="StatusException">422.</exception>
    private static void Validate(Write write, ServedKind kind)
    {
        if (IsStatusOfUser(write) && !kind.IsStatusValidated)
        {
            // What Kubernetes' rules say of a status is about its own controllers.
            var wrong = new Faults();
            MetadataRules.Check(write.Object.Map("metadata"), Place.Of("metadata"), wrong);
            wrong.Throw(write.Key);
        }
        if (write.Verb == WriteVerb.Delete || (write.Verb == WriteVerb.UpdateStatus && !kind.IsStatusValidated) || (write.Verb != WriteVerb.Create && write.User is null))
            return;
        var faults = new Faults();
        MetadataRules.Check(write.Object.Map("metadata"), Place.Of("metadata"), faults);
        kind.Validate(write.Object, faults);
        EnumerationRules.Check(write.Object, kind.Schema.Shape, faults);
        if (write.Previous is { } previous)
            kind.ValidateUpdate(previous.View.Json, write.Object, faults);
        faults.Throw(write.Key);
    }

    /// <summary>It can change the metadata as well; what the engine writes itself does not.</summary>
    private static bool IsStatusOfUser(Write write) => write is { Verb: WriteVerb.UpdateStatus, User: not null };

    /// <summary>Whatever version an object was written in, it is stored in one.</summary>
    private static void Store(Write write, ServedKind kind)
    {
        if (write.Verb != WriteVerb.Delete && kind.StoredVersion != kind.Resource.GroupVersionKind.Version)
            write.Object["apiVersion"] = (kind.Resource.GroupVersionKind with { Version = kind.StoredVersion }).ApiVersion;
    }
}
