using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>A template with its values put in: the containers as they run one after the other, and their volumes.</summary>
/// <param name="Values">Of every parameter.</param>
public sealed record ExpandedTemplate(IReadOnlyList<JsonObject> Steps, IReadOnlyList<JsonObject> Volumes, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>What may be in any text of a template besides its parameters: what a kontrakt's manifests may have, too.</summary>
    public static IReadOnlyDictionary<string, string> Globals(string repository, string sourceReference) =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["KO_DOCKER_REPO"] = repository, ["kontrakt.sourceReference"] = sourceReference };

    /// <summary>Puts arguments and defaults into a template.</summary>
    /// <param name="user">Where the template is used; null for a command line.</param>
    /// <param name="globals">What may be in any text besides parameters, such as KO_DOCKER_REPO.</param>
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

    /// <summary>A parameter takes precedence over a global of its name; one without a value is missing already and is not reported as unknown.</summary>
    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string>? globals, BuildTemplate template)
    {
        var all = new Dictionary<string, string>(globals ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var parameter in template.Parameters)
            all[parameter.Name] = values.GetValueOrDefault(parameter.Name, "");
        return all;
    }
}

/// <summary>Gives each parameter of a template its value.</summary>
internal static class TemplateArguments
{
    /// <summary>The values by parameter: the argument's, else the default.</summary>
    /// <param name="user">Where the template is used; null for a command line.</param>
    /// <param name="problems">Takes every argument that is unknown or given twice, and every required parameter without one.</param>
    public static IReadOnlyDictionary<string, string> Bind(BuildTemplate template, IReadOnlyList<TemplateArgument> arguments, SourceLocation? user, List<Diagnostic> problems)
    {
        var values = template.Parameters.Where(parameter => parameter.Default is not null).ToDictionary(parameter => parameter.Name, parameter => parameter.Default ?? "", StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var names = template.Parameters.Select(parameter => parameter.Name).ToList();
        foreach (var argument in arguments)
        {
            if (!names.Contains(argument.Name))
                problems.Add(Ktr.TemplateArgumentUnknown.At(argument.Location ?? user, template.Name, argument.Name, DocumentFields.Hint(argument.Name, names.Except(given)), List(names)));
            else if (!given.Add(argument.Name))
                problems.Add(Ktr.TemplateArgumentTwice.At(argument.Location ?? user, template.Name, argument.Name));
            else
                values[argument.Name] = argument.Value;
        }
        var missing = template.Parameters.Where(parameter => !values.ContainsKey(parameter.Name)).Select(Describe).ToList();
        if (missing.Count > 0)
            problems.Add(Ktr.TemplateArgumentMissing.At(user, template.Name, string.Join(", ", missing), $"{template.File} line {template.Location.Line}"));
        return values;
    }

    private static string Describe(TemplateParameter parameter) => parameter.Description.Length == 0 ? parameter.Name : $"{parameter.Name} ({parameter.Description})";

    private static string List(List<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
