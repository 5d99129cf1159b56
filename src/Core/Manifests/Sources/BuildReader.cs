using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Settings;

namespace Kontrakt.Manifests.Sources;

/// <summary>Reads Build documents as Knative Build had them.</summary>
internal static class BuildReader
{
    public const string Kind = "Build";

    /// <summary>The build; null where it has no name. What is wrong is noted.</summary>
    public static BuildDocument? Read(YamlMapping document, string file, List<Diagnostic> problems)
    {
        var name = (document.At("metadata", "name") as YamlScalar)?.Value ?? (document.At("metadata", "generateName") as YamlScalar)?.Value.TrimEnd('-');
        var fields = new DocumentFields(file, $"the build '{name}'", problems);
        fields.Mapping(document, "the document", "apiVersion", "kind", "metadata", "spec", "status");
        if (string.IsNullOrWhiteSpace(name))
        {
            fields.Wrong(document.Nearest("metadata"), "it has no metadata.name");
            return null;
        }
        if (fields.Mapping(document, "spec", "source", "sources", "steps", "volumes", "serviceAccountName", "template", "nodeSelector", "affinity", "tolerations", "timeout", "status", "generation") is not { } spec)
        {
            fields.Wrong(document.Nearest("metadata"), "it has no spec");
            return null;
        }
        var template = fields.Mapping(spec, "template", "name", "kind", "arguments", "env");
        if (template is null == (spec.Find("steps") is null))
            fields.Wrong(document.Nearest("spec", "steps"), template is null ? "it has neither a template nor steps" : "it has a template and steps of its own; one of the two");
        return new(name, fields.Place(document.Nearest("metadata", "name")))
        {
            Sources = Sources(spec, fields),
            Steps = ContainerFields.Read(fields.Items(spec, "steps"), "a step", fields),
            Volumes = TemplateReader.Volumes(spec, fields),
            Template = template is null ? null : fields.RequiredText(template, "name", "'template'"),
            TemplateLocation = template is null ? null : fields.Place(template.Nearest("name")),
            Arguments = template is null ? [] : Arguments(template, fields),
            Environment = template is null ? [] : Variables(template, fields),
            ServiceAccount = fields.Text(spec, "serviceAccountName"),
            Scheduling = Scheduling(spec, fields),
            Timeout = Timeout(spec, fields),
        };
    }

    private static Dictionary<string, YamlNode> Scheduling(YamlMapping spec, DocumentFields fields)
    {
        var scheduling = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var key in new[] { "nodeSelector", "affinity" })
            if (fields.Mapping(spec, key) is { } mapping)
                scheduling[key] = mapping;
        if (fields.Items(spec, "tolerations").Count > 0 && spec.Find("tolerations")?.Value is { } list)
            scheduling["tolerations"] = list;
        foreach (var label in (scheduling.GetValueOrDefault("nodeSelector") as YamlMapping)?.Entries ?? [])
            fields.Text(label.Value, $"the label '{label.Name}'");
        return scheduling;
    }

    private static List<TemplateArgument> Arguments(YamlMapping template, DocumentFields fields)
    {
        var arguments = new List<TemplateArgument>();
        foreach (var item in fields.Items(template, "arguments"))
            if (fields.Mapping(item, "an argument", "name", "value") is { } argument && fields.RequiredText(argument, "name", "an argument") is { } name)
                arguments.Add(new(name, fields.Text(argument, "value") ?? "", fields.Place(argument.Nearest("value"))));
        return arguments;
    }

    private static List<YamlMapping> Variables(YamlMapping template, DocumentFields fields)
    {
        var variables = new List<YamlMapping>();
        foreach (var item in fields.Items(template, "env"))
            if (fields.Mapping(item, "a variable of 'env'", "name", "value", "valueFrom") is { } variable && fields.RequiredText(variable, "name", "a variable of 'env'") is not null)
                variables.Add(variable);
        return variables;
    }

    private static List<BuildSource> Sources(YamlMapping spec, DocumentFields fields)
    {
        var (single, list) = (spec.Find("source"), fields.Items(spec, "sources"));
        if (single is not null && list.Count > 0)
            fields.Wrong(single.Key, "it has 'source' and 'sources'; put all into the list of 'sources'");
        var sources = new List<BuildSource>();
        foreach (var node in single is null ? list : [single.Value, .. list])
            if (fields.Mapping(node, "a source", "name", "targetPath", "subPath", "git", "gcs", "s3", "custom") is { } source)
                AddEach(source, sources, fields);
        foreach (var twice in sources.Where(source => source.Name.Length > 0).GroupBy(source => source.Name).Where(same => same.Select(each => each.Location).Distinct().Count() > 1))
            fields.Report(Ktr.BuildDocumentInvalid.At(twice.Last().Location, "the build", $"two sources are named '{twice.Key}'"));
        return sources;
    }

    /// <summary>A mapping with git and custom is both, in their order.</summary>
    private static void AddEach(YamlMapping source, List<BuildSource> sources, DocumentFields fields)
    {
        var count = sources.Count;
        foreach (var entry in source.Entries)
        {
            var made = new BuildSource(fields.Text(source, "name") ?? "", fields.Text(source, "targetPath") ?? "", fields.Text(source, "subPath") ?? "", fields.Place(entry.Key));
            if (entry.Name == "git" && fields.Mapping(entry.Value, "'git'", "url", "revision") is { } git && fields.RequiredText(git, "url", "'git'") is { } url)
                sources.Add(made with { Git = (url, fields.Text(git, "revision") ?? ""), Location = fields.Place(git.Nearest("url")) });
            else if (entry.Name == "custom" && ContainerFields.Read(entry.Value, "a custom source", fields) is { } container)
                sources.Add(made with { Custom = container });
            else if (entry.Name == "s3")
                fields.Report(Ktr.BuildSourceUnsupported.At(fields.Place(entry.Key), "s3", "amazon/aws-cli", "[s3, cp, --recursive, 's3://BUCKET/FOLDER', /workspace]"));
            else if (entry.Name == "gcs")
                fields.Report(Ktr.BuildSourceUnsupported.At(fields.Place(entry.Key), "gcs", "google/cloud-sdk", "[gsutil, cp, -r, 'gs://BUCKET/FOLDER/*', /workspace]"));
        }
        if (sources.Count == count && source.Find("git") is null && !source.Entries.Any(entry => entry.Name is "custom" or "gcs" or "s3"))
            fields.Wrong(source, "a source has neither 'git' nor 'custom'");
    }

    private static TimeSpan? Timeout(YamlMapping spec, DocumentFields fields)
    {
        if (fields.Text(spec, "timeout") is not { } text)
            return null;
        if (Durations.TryParse(text, out var timeout, out var problem) && timeout > TimeSpan.Zero && timeout <= TimeSpan.FromHours(24))
            return timeout;
        fields.Wrong(spec.Nearest("timeout"), $"'{text}' is not a timeout{(problem is null ? "" : ": " + problem)}; write a duration up to 24h, such as 10m");
        return null;
    }
}

/// <summary>A Build of build.knative.dev/v1alpha1 as it is written.</summary>
/// <param name="Location">The place of its name.</param>
public sealed record BuildDocument(string Name, SourceLocation Location)
{
    public IReadOnlyList<BuildSource> Sources { get; init; } = [];
    /// <summary>Its own steps; none where it uses a template.</summary>
    public IReadOnlyList<YamlMapping> Steps { get; init; } = [];
    public IReadOnlyList<YamlMapping> Volumes { get; init; } = [];
    /// <summary>The template's name; null for none.</summary>
    public string? Template { get; init; }
    /// <summary>The place of that name.</summary>
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
