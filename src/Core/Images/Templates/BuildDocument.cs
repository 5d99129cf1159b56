using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Images.Templates;

/// <summary>A Build of build.knative.dev/v1alpha1 as it is written.</summary>
/// <param name="Location">Where its name stands.</param>
public sealed record BuildDocument(string Name, SourceLocation Location)
{
    public IReadOnlyList<BuildSource> Sources { get; init; } = [];
    /// <summary>Its own steps; none where it uses a template.</summary>
    public IReadOnlyList<YamlMapping> Steps { get; init; } = [];
    public IReadOnlyList<YamlMapping> Volumes { get; init; } = [];
    /// <summary>The template's name; null for none.</summary>
    public string? Template { get; init; }
    /// <summary>Where that stands.</summary>
    public SourceLocation? TemplateLocation { get; init; }
    public IReadOnlyList<TemplateArgument> Arguments { get; init; } = [];
    /// <summary>Variables that every step of the template gets, in place of its own of that name.</summary>
    public IReadOnlyList<YamlMapping> Environment { get; init; } = [];
    public string? ServiceAccount { get; init; }
    /// <summary>nodeSelector, affinity and tolerations of its pod, as a pod's spec has them.</summary>
    public IReadOnlyDictionary<string, YamlNode> Scheduling { get; init; } = new Dictionary<string, YamlNode>();
    /// <summary>Null: ten minutes, as Knative Build had it.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>One source; exactly one of git and a container.</summary>
/// <param name="TargetPath">The folder of the workspace that a repository goes to.</param>
public sealed record BuildSource(string Name, string TargetPath, string SubPath, SourceLocation Location)
{
    public (string Url, string Revision)? Git { get; init; }
    public YamlMapping? Custom { get; init; }
}
