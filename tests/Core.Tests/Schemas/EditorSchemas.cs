using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Schemas;

/// <summary>
/// Schemas by which an editor checks and completes manifests and assertions: as much of Kontrakt's rules as a schema can say. Names and values are the code's, descriptions
/// those of docs/manifests.md. What the code lets pass, they let pass.
/// </summary>
internal static partial class EditorSchemas
{
    private const string Folder = "https://raw.githubusercontent.com/kontrakt/kontrakt/main/docs/schemas/";

    // A unit for each number, in any case, or the form with colons: what is wrong with the numbers is not looked at.
    private const string Duration = @"^\s*([0-9.]+([mM][sS]|[dDhHmMsS]))+\s*$|:";
    private const string Container = @"\s*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\s*";
    private const string NotBlank = @"[^,]*[^,\s][^,]*";

    /// <summary>Of *.yaml that is applied.</summary>
    public static JsonObject Manifest() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["$id"] = Folder + "manifest.schema.json",
        ["title"] = "A manifest of a kontrakt",
        ["description"] = "The labels and annotations of Kontrakt. What the kinds themselves have is the matter of Kubernetes' own schemas.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["metadata"] = Reference("metadata"),
            ["spec"] = Properties(("template", Reference("template")), ("jobTemplate", Properties(("metadata", Reference("metadata")), ("spec", Properties(("template", Reference("template"))))))),
            ["template"] = Reference("template"),
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#" } },
        },
        ["definitions"] = new JsonObject
        {
            ["template"] = Properties(("metadata", Reference("metadata"))),
            ["metadata"] = Properties(("labels", Labels()), ("annotations", Annotations(KontraktAnnotations.Known))),
        },
    };

    /// <summary>Of *.assert.yaml and *.error.yaml.</summary>
    public static JsonObject Assertion() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["$id"] = Folder + "assertion.schema.json",
        ["title"] = "An assertion of a kontrakt",
        ["description"] = "A part of an object: what must become true (x.assert.yaml) or must not exist (x.error.yaml). Any value may be an expression in CEL: !cel self >= 2.",
        ["type"] = "object",
        ["required"] = new JsonArray("apiVersion", "kind"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = Properties(("annotations", Annotations(KontraktAnnotations.OfAssertions))),
        },
        ["allOf"] = new JsonArray(Reference("value")),
        ["definitions"] = new JsonObject
        {
            ["value"] = new JsonObject
            {
                ["description"] = "Keys of chainsaw's assertion trees and of templates are not read here: docs/from-chainsaw.md.",
                ["propertyNames"] = new JsonObject { ["not"] = new JsonObject { ["pattern"] = @"^[(~]|->[A-Za-z_0-9]+$|\{\{.*\}\}" } },
                ["additionalProperties"] = Reference("value"),
                ["items"] = Reference("value"),
            },
        },
    };

    private static JsonObject Labels() => Properties(
        (KontraktLabels.Name, new JsonObject
        {
            ["description"] = string.Join('\n', KontraktLabels.Roles.Select(role => $"{role}: {Text($"{KontraktLabels.Name}: {role}")}")),
            ["enum"] = new JsonArray([.. KontraktLabels.Roles.Select(role => JsonValue.Create(role))]),
        }),
        // Another "type" is anybody's; one that begins so is a typing error.
        (KontraktLabels.OlderName, new JsonObject { ["not"] = new JsonObject { ["type"] = "string", ["pattern"] = $"^kontrakt-(?!{KontraktLabels.OlderTest["kontrakt-".Length..]}$)" } }));

    private static JsonObject Annotations(IEnumerable<string> known)
    {
        var annotations = Properties([.. known.Select(name => (name, (JsonNode)Annotation(name)))]);
        annotations["propertyNames"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["enum"] = new JsonArray([.. known.Select(name => JsonValue.Create(name))]) },
                new JsonObject { ["not"] = new JsonObject { ["pattern"] = $"^{KontraktAnnotations.Prefix}" } }),
        };
        return annotations;
    }

    private static JsonObject Annotation(string name)
    {
        var annotation = new JsonObject { ["description"] = Text(name), ["type"] = "string" };
        if (KontraktAnnotations.Values(name) is { } values)
            annotation["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        else
            annotation["pattern"] = name switch
            {
                KontraktAnnotations.Timeout => Duration,
                KontraktAnnotations.Container => $"^{Container}(,{Container})*$",
                KontraktAnnotations.After => $"^{NotBlank}(,{NotBlank})*$",
                _ => throw new InvalidOperationException($"{name} has no form here"),
            };
        return annotation;
    }

    private static JsonObject Properties(params ReadOnlySpan<(string Name, JsonNode Schema)> properties)
    {
        var named = new JsonObject();
        foreach (var (name, schema) in properties)
            named[name] = schema;
        return new() { ["properties"] = named };
    }

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    /// <summary>What the tables of docs/manifests.md say of a label or an annotation.</summary>
    private static string Text(string mark)
    {
        var rows = from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "manifests.md"))
                   where line.StartsWith($"| `{mark}", StringComparison.Ordinal)
                   let cells = line.Split(" | ")
                   where cells.Length == 2
                   select cells[1].TrimEnd(' ', '|');
        return Link().Replace(rows.Single(), "$1").Replace("`", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
