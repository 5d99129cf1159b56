using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>By which several processes agree on who leads.</summary>
internal static class LeaseKind
{
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.Lease)
    {
        Validate = Validate,
        Table = new([TableColumn.ObjectName, new("Holder"), TableColumn.Age], (item, now) => [item.Name, item.Text("spec", "holderIdentity"), Ages.Of(item, now)]),
    };

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec");
        if (spec.Number("leaseDurationSeconds") is <= 0 and var seconds)
            faults.Invalid(Spec.Field("leaseDurationSeconds"), seconds, "must be greater than 0");
        faults.AtLeast(spec, "leaseTransitions", Spec);
        foreach (var field in (ReadOnlySpan<string>)["strategy", "preferredHolder"])
            if (spec.Text(field).Length > 0)
                faults.Absent(Spec.Field(field), "coordinated leader election");
    }
}
