using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Images.Templates;

/// <summary>A named build with parameters, as a BuildTemplate of build.knative.dev/v1alpha1 has it.</summary>
/// <param name="Location">Where its name stands.</param>
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
