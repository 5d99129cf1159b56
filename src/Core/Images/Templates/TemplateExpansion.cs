using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Templates;

/// <summary>A template with its values put in: the containers as they run one after the other, and their volumes.</summary>
/// <param name="Values">Of every parameter.</param>
public sealed record ExpandedTemplate(IReadOnlyList<JsonObject> Steps, IReadOnlyList<JsonObject> Volumes, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Puts arguments and defaults into a template.</summary>
    /// <param name="user">Where the template is used; null for a command line.</param>
    /// <param name="globals">What may stand in any text besides parameters, such as KO_DOCKER_REPO.</param>
    /// <exception cref="KontraktException">Every argument that is unknown, missing or given twice, at the user's place; every placeholder that nothing replaces, at the template's.</exception>
    public static ExpandedTemplate From(BuildTemplate template, IReadOnlyList<TemplateArgument> arguments, SourceLocation? user, IReadOnlyDictionary<string, string>? globals = null)
    {
        var problems = new List<Diagnostic>();
        var values = TemplateArguments.Bind(template, arguments, user, problems);
        var expansion = new ContainerExpansion(With(values, globals, template), new DocumentFields(template.File, template.ToString(), problems));
        var steps = template.Steps.Select(expansion.Expand).ToList();
        var volumes = template.Volumes.Select(expansion.ExpandVolume).ToList();
        KontraktException.ThrowIfAny(problems);
        return new(steps, volumes, values);
    }

    /// <summary>A parameter goes before a global of its name; one without a value is missing already and is not said to be unknown.</summary>
    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string>? globals, BuildTemplate template)
    {
        var all = new Dictionary<string, string>(globals ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var parameter in template.Parameters)
            all[parameter.Name] = values.GetValueOrDefault(parameter.Name, "");
        return all;
    }
}
