using System.Text.Json.Nodes;
using Kontrakt.Manifests.Security;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>What a lease will be called and marked with; made without a cluster.</summary>
internal sealed record LeasePlan : LeasePlace
{
    private LeasePlan(LeasePlace place) : base(place) { }

    public string Owner { get; private init; } = "";

    public DateTimeOffset Expires { get; private init; }

    public string? SourceReference { get; private init; }

    /// <summary>The level of the Pod Security Standards that pods of the namespace must keep to.</summary>
    public PodSecurityLevel Security { get; private init; } = PodSecurityLevel.Baseline;

    /// <summary>What deleting, clocks that differ, and the steps between lease and budget may take beyond the budget.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(15);

    /// <summary>What may be between steps in processes of their own.</summary>
    private static readonly TimeSpan DetachedMargin = TimeSpan.FromHours(2);

    /// <summary>How long a kept namespace stays.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Bound names of the lease's Role and RoleBinding: with a colon, so that no manifest means them by accident.</summary>
    public string Role => $"{ServiceAccount}:lease";

    public static LeasePlan For(string kontrakt, string runId, KontraktSettings settings, bool detached, DateTimeOffset now)
    {
        var unique = LeaseNames.Unique(kontrakt, runId);
        var kept = settings.Keep == KeepPolicy.Always;
        var shared = string.IsNullOrWhiteSpace(settings.Namespace) ? null : settings.Namespace.Trim();
        return new(new LeasePlace(kontrakt, runId, shared ?? unique, shared is null ? LeaseNames.Account : unique, shared is null))
        {
            Owner = kept ? LeaseOwner.Kept : detached ? LeaseOwner.Detached : LeaseOwner.Current(),
            Expires = now + settings.Timeout + settings.DeleteTimeout + (detached ? DetachedMargin : Margin) + (kept ? KeptFor : TimeSpan.Zero),
            SourceReference = settings.SourceReference,
            Security = settings.PodSecurity,
        };
    }

    /// <summary>One that is only tried, to see what the caller may grant.</summary>
    public static LeasePlan Trial(string ns) => new(new LeasePlace("preflight", "preflight", ns, "kontrakt-preflight", Created: false));

    /// <summary>Of the namespace itself: what its pods may be is the API server's to enforce, where it has Pod Security admission.</summary>
    public JsonObject NamespaceMetadata()
    {
        var metadata = Metadata(Namespace);
        if (metadata["labels"] is JsonObject labels)
            labels[PodSecurity.Label] = PodSecurity.Name(Security);
        return metadata;
    }

    public JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["labels"] = new JsonObject
        {
            [LeaseLabels.Run] = LeaseNames.LabelValue(RunId),
            [LeaseLabels.Name] = LeaseNames.LabelValue(Kontrakt),
            [LeaseLabels.Owner] = Owner,
        },
        ["annotations"] = Annotations(),
    };

    private JsonObject Annotations()
    {
        var annotations = new JsonObject { [LeaseLabels.Expires] = LeaseLabels.Write(Expires) };
        if (!string.IsNullOrEmpty(SourceReference))
            annotations[LeaseLabels.SourceReference] = SourceReference;
        return annotations;
    }
}
