using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Selecting;

/// <summary>A selector by labels: equality and sets, all of which must hold.</summary>
public sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => this.requirements = requirements;

    public static LabelSelector Everything { get; } = new([]);

    public bool SelectsEverything => requirements.Count == 0;

    /// <exception cref="StatusException">400: it is none.</exception>
    public static LabelSelector Parse(string text) => text.Length == 0 ? Everything : new(new LabelSelectorReader(text).Read());

    public bool Matches(StoredObject item) => requirements.Count == 0 || Matches(item.View.At("metadata", "labels") as JsonObject);

    private bool Matches(JsonObject? labels)
    {
        foreach (var requirement in requirements)
            if (!requirement.Matches(labels?[requirement.Key] is { } value ? value.ToString() : null))
                return false;
        return true;
    }
}
