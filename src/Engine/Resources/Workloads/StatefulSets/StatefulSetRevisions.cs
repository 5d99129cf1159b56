using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// The templates that a stateful set has had and may need again: pods below the partition are made from the earlier one. As all state they
/// live as long as the engine, so no ControllerRevision objects are needed for them.
/// </summary>
internal sealed class StatefulSetRevisions
{
    private readonly Dictionary<ObjectKey, Dictionary<string, JsonObject>> templates = [];

    /// <summary>The name of the set's template as it is, which is remembered by it.</summary>
    public string Remember(StoredObject set)
    {
        var template = set.View.At("spec", "template")?.DeepClone() as JsonObject ?? [];
        var name = $"{set.Key.Name}-{ObjectNames.Hash(Encoding.UTF8.GetBytes(template.ToJsonString()))}";
        if (!templates.TryGetValue(set.Key, out var known))
            templates[set.Key] = known = new(StringComparer.Ordinal);
        known.TryAdd(name, template);
        return name;
    }

    /// <summary>The template of a revision; the present one where that is not known.</summary>
    public JsonObject Template(StoredObject set, string revision) =>
        templates.GetValueOrDefault(set.Key)?.GetValueOrDefault(revision)?.DeepClone() as JsonObject ?? set.View.At("spec", "template")?.DeepClone() as JsonObject ?? [];

    public void Keep(StoredObject set, params ReadOnlySpan<string> revisions)
    {
        if (!templates.TryGetValue(set.Key, out var known))
            return;
        foreach (var name in known.Keys.ToList())
        {
            if (!revisions.Contains(name))
                known.Remove(name);
        }
    }

    public void Forget(ObjectKey set) => templates.Remove(set);
}
