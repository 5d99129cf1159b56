using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

internal static class MetadataRules
{
    private const int MostAnnotations = 256 * 1024;

    public static void Check(JsonObject? metadata, Place place, Faults faults)
    {
        faults.Labels(metadata.Map("labels"), place.Field("labels"));
        Annotations(metadata.Map("annotations"), place.Field("annotations"), faults);
        foreach (var (owner, at) in metadata.Indexed("ownerReferences", place))
            foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind", "name", "uid"])
                if (owner.Text(field).Length == 0)
                    faults.Invalid(at.Field(field), "", field is "apiVersion" ? "version must not be empty" : $"{field} must not be empty");
        if (metadata.Each("ownerReferences").Count(owner => owner.Flag("controller")) > 1)
            faults.Invalid(place.Field("ownerReferences"), metadata.List("ownerReferences"), "Only one reference can have Controller set to true");
        Finalizers(metadata, place, faults);
    }

    /// <summary>Of metadata, or of a namespace's spec.</summary>
    public static void Finalizers(JsonObject? holder, Place place, Faults faults)
    {
        var index = 0;
        foreach (var finalizer in holder.List("finalizers") ?? [])
            Finalizer(finalizer?.ToString() ?? "", place.Field("finalizers").At(index++), faults);
    }

    private static void Annotations(JsonObject? annotations, Place place, Faults faults)
    {
        var size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            // Unlike labels, their keys may have capital letters in the prefix.
            if (Names.Qualified(key.ToLowerInvariant()) is { } wrong)
                faults.Invalid(place, key, wrong);
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value?.ToString() ?? "");
        }
        if (size > MostAnnotations)
            faults.TooLong(place, $"may not be more than {MostAnnotations} bytes");
    }

    private static void Finalizer(string name, Place place, Faults faults)
    {
        if (Names.Qualified(name) is { } wrong)
            faults.Invalid(place, name, wrong);
        else if (!name.Contains('/', StringComparison.Ordinal) && name is not ("orphan" or "foregroundDeletion" or "kubernetes"))
            faults.Invalid(place, name, "name is neither a standard finalizer name nor is it fully qualified");
    }
}
