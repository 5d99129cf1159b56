using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Sources;

/// <summary>Reads BuildTemplate documents as Knative Build had them.</summary>
internal static class TemplateReader
{
    public const string Kind = "BuildTemplate";

    /// <summary>The template; null where it has no name. What is wrong is noted.</summary>
    public static BuildTemplate? Read(YamlMapping document, string file, List<Diagnostic> problems)
    {
        var name = (document.At("metadata", "name") as YamlScalar)?.Value;
        var fields = new DocumentFields(file, $"the build template '{name}'", problems);
        fields.Mapping(document, "the document", "apiVersion", "kind", "metadata", "spec", "status");
        if (string.IsNullOrWhiteSpace(name))
        {
            fields.Wrong(document.Nearest("metadata"), "it has no metadata.name");
            return null;
        }
        if (fields.Mapping(document, "spec", "parameters", "steps", "volumes", "generation") is not { } spec)
        {
            fields.Wrong(document.Nearest("metadata"), "it has no spec");
            return null;
        }
        var steps = fields.Items(spec, "steps");
        if (steps.Count == 0)
            fields.Wrong(document.Nearest("spec", "steps"), "it has no steps");
        return new(name, fields.Place(document.Nearest("metadata", "name")))
        {
            Parameters = Parameters(spec, fields),
            Steps = ContainerFields.Read(steps, "a step", fields),
            Volumes = Volumes(spec, fields),
        };
    }

    internal static IReadOnlyList<YamlMapping> Volumes(YamlMapping spec, DocumentFields fields)
    {
        var volumes = new List<YamlMapping>();
        foreach (var item in fields.Items(spec, "volumes"))
            if (fields.Mapping(item, "a volume") is { } volume && fields.RequiredText(volume, "name", "a volume") is not null)
                volumes.Add(volume);
        return volumes;
    }

    private static List<TemplateParameter> Parameters(YamlMapping spec, DocumentFields fields)
    {
        var parameters = new List<TemplateParameter>();
        foreach (var item in fields.Items(spec, "parameters"))
        {
            if (fields.Mapping(item, "a parameter", "name", "description", "default") is not { } parameter
                || fields.RequiredText(parameter, "name", "a parameter") is not { } name)
                continue;
            var place = fields.Place(parameter.Nearest("name"));
            if (!Placeholders.IsName(name))
                fields.Wrong(parameter.Nearest("name"), $"'{name}' is not a name of a parameter: letters, digits, '_', '-' and '.'");
            else if (parameters.Find(other => other.Name == name) is { } first)
                fields.Wrong(parameter.Nearest("name"), $"two parameters are named '{name}', the first at line {first.Location.Line}");
            else
                parameters.Add(new(name, fields.Text(parameter, "description") ?? "", fields.Text(parameter, "default"), place));
        }
        return parameters;
    }
}

/// <summary>A named build with parameters, as a BuildTemplate of build.knative.dev/v1alpha1 has it.</summary>
/// <param name="Location">The place of its name.</param>
public sealed record BuildTemplate(string Name, SourceLocation Location)
{
    public string File => Location.File;
    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];
    public IReadOnlyList<YamlMapping> Steps { get; init; } = [];
    public IReadOnlyList<YamlMapping> Volumes { get; init; } = [];
    /// <summary>Whether it came with Kontrakt.</summary>
    public bool IsBuiltIn { get; init; }

    public override string ToString() => $"the build template '{Name}'";
}

/// <param name="Default">Null: a value is required. Empty is a value.</param>
public sealed record TemplateParameter(string Name, string Description, string? Default, SourceLocation Location);

/// <summary>A value for a parameter.</summary>
/// <param name="Location">Where the value is given; null for a command line.</param>
public sealed record TemplateArgument(string Name, string Value, SourceLocation? Location);
