using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Security;

/// <summary>A part of a pod template and where it is below it: the template's spec, one of its containers, a field.</summary>
internal sealed record PodPart(YamlNode? Node, IReadOnlyList<object> Path)
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    public static PodPart Of(PodTemplate template) => new(template.Manifest.Node.At([.. template.Path]), []);

    public PodPart At(params ReadOnlySpan<object> path) => new(Node?.At(path), [.. Path, .. path]);

    /// <summary>The value with Kubernetes' types; null for what does not exist, or is null.</summary>
    public JsonNode? Value => Node?.ToJson();

    public string? Text => Value is JsonValue value ? value.ToString() : null;

    public bool IsTrue => Value?.GetValueKind() == JsonValueKind.True;

    public bool IsFalse => Value?.GetValueKind() == JsonValueKind.False;

    /// <summary>A list's elements.</summary>
    public IEnumerable<PodPart> Items => Node is YamlSequence list ? list.Items.Select((item, index) => new PodPart(item, [.. Path, index])) : [];

    /// <summary>A mapping's values, by their keys.</summary>
    public IEnumerable<(string Name, PodPart Part)> Fields => Node is YamlMapping map ? map.Entries.Select(entry => (entry.Name, new PodPart(entry.Value, [.. Path, entry.Name]))) : [];

    /// <summary>The containers of all sorts, of a template.</summary>
    public IEnumerable<PodPart> Containers => Lists.SelectMany(list => At("spec", list).Items);

    /// <summary>The securityContext of the pod and of each container, of a template.</summary>
    public IEnumerable<PodPart> SecurityContexts => Containers.Prepend(At("spec")).Select(each => each.At("securityContext"));

    /// <summary>The container's name, for a sentence.</summary>
    public string Container => $"the container '{At("name").Text}'";

    public PodFinding Asks(string what) => new(Path, what);
}
