using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Templates;

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
