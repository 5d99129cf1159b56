using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// A kind as the API serves it: what is known of it, in one place. A new kind is one of these in <see cref="ServedKinds"/>, its fields in a
/// schema, and a controller where something has to happen. What is not said here is as for most kinds.
/// </summary>
internal sealed record ServedKind(ResourceKind Resource)
{
    /// <summary>Its fields.</summary>
    public KindSchema Schema { get => field ?? KubernetesSchema.Of(Resource); init; }

    /// <summary>Fills in what the API promises of a field that is left out. Filling in again changes nothing.</summary>
    public Action<JsonObject> Default { get; init; } = _ => { };

    /// <summary>The status that a new object begins with, whatever its writer says; null for none.</summary>
    public Func<JsonObject>? FirstStatus { get; init; }

    /// <summary>What a write changes beside, or refuses, knowing what else exists: addresses, selectors, accounts.</summary>
    public Action<Write, ObjectStore> Admit { get; init; } = (_, _) => { };

    public Action<JsonObject, Faults> Validate { get; init; } = (_, _) => { };

    /// <summary>What may never change again: from the object before and the object after.</summary>
    public Action<JsonObject, JsonObject, Faults> ValidateUpdate { get; init; } = (_, _, _) => { };

    /// <summary>What is accepted and has less effect than on a cluster.</summary>
    public Func<JsonObject, IEnumerable<string>> Warn { get; init; } = _ => [];

    /// <summary>Brings what exists to what objects of the kind ask for; null where that is nothing.</summary>
    public Func<ClusterObjects, IReconciler>? Controller { get; init; }

    /// <summary>Faults of a name.</summary>
    public Func<string, IEnumerable<string>> CheckName { get; init; } = Names.SubdomainFaults;

    /// <summary>Beside its name and namespace.</summary>
    public IReadOnlyList<SelectableField> Fields { get; init; } = [];

    public TableLayout Table { get; init; } = TableLayout.NameAndAge;

    /// <summary>A deletion is answered with the object, even where it is gone.</summary>
    public bool IsShownWhenDeleted { get; init; }

    /// <summary>What becomes of what it owns, where a deletion does not say; null for the usual.</summary>
    public Propagation? Propagation { get; init; }

    /// <summary>All that a selector selects can be deleted at once.</summary>
    public bool IsDeletedByCollection { get; init; } = true;

    /// <summary>Its objects are worked out when somebody reads them: they are not stored, nor written, nor watched.</summary>
    public bool IsComputed { get; init; }

    /// <summary>What of the metadata a write of the status leaves as it is.</summary>
    public IReadOnlyList<string> MetadataKeptByStatus { get; init; } = [];

    /// <summary>Who makes one may say its status, too.</summary>
    public bool IsMadeWithStatus { get; init; }

    /// <summary>A status that is written is validated, too.</summary>
    public bool IsStatusValidated { get; init; }

    /// <summary>Where the scale subresource finds its numbers.</summary>
    public ScaleFields Scale { get; init; } = ScaleFields.OfWorkloads(Resource);

    /// <summary>The version that its objects are stored in.</summary>
    public string StoredVersion { get => field ?? Resource.GroupVersionKind.Version; init; }

    /// <summary>Makes of a stored object what this version of the kind shows; null where that is the same.</summary>
    public Func<StoredObject, StoredObject>? Shown { get; init; }

    public StoredObject Show(StoredObject item) => Shown?.Invoke(item) ?? item;

    public IReadOnlyList<StoredObject> Show(IReadOnlyList<StoredObject> items) => Shown is { } shown ? [.. items.Select(shown)] : items;
}

/// <param name="Replicas">The path to how many are wanted.</param>
/// <param name="Observed">The path to how many there are.</param>
/// <param name="Selector">By which they are found; "" for unknown.</param>
internal sealed record ScaleFields(IReadOnlyList<string> Replicas, IReadOnlyList<string> Observed, Func<KubernetesObject, string> Selector)
{
    public static ScaleFields OfWorkloads(ResourceKind kind) => new(["spec", "replicas"], ["status", "replicas"], item => Workloads.Selector(kind, item).ToString());
}
