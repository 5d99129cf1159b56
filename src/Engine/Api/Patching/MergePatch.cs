using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonObject Execute(JsonObject current, JsonObject patch)
    {
        var result = current.DeepClone().AsObject();
        Merge(result, patch);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject map)
            {
                // Into an empty object, too: a null inside of the patch is never a value.
                var below = target[name] as JsonObject;
                if (below is null)
                    target[name] = below = [];
                Merge(below, map);
            }
            else
                target[name] = value.DeepClone();
        }
    }
}
