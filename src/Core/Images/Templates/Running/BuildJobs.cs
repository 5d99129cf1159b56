using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Makes jobs of Build documents: repositories are fetched here, other sources are containers that run before the steps.</summary>
internal static class BuildJobs
{
    /// <param name="secrets">What the document's service account names.</param>
    /// <param name="globals">What may be in any text besides parameters.</param>
    /// <param name="image">Where the image of a template goes unless an argument says so; null: one must say so.</param>
    /// <exception cref="KontraktException">Everything in the document that cannot work.</exception>
    public static TemplateJob For(BuildDocument build, TemplateCatalog catalog, GitSecrets secrets, IReadOnlyDictionary<string, string> globals, ImageReference? image)
    {
        var sources = build.Sources.Where(source => source.Git is not null).Select(source => Git(source, secrets)).ToList<TemplateSource>();
        // Said together with what is wrong with the template's use, and before anything is fetched.
        var problems = new List<Diagnostic>();
        Containers(build, globals, problems);
        TemplateJob? job = null;
        try
        {
            job = build.Template is { } name ? OfTemplate(build, catalog.Find(name, build.TemplateLocation), sources, globals, image) : OfSteps(build, sources, globals);
            job.Expand(new("", text => text));
        }
        catch (KontraktException error)
        {
            problems.AddRange(error.Diagnostics);
        }
        KontraktException.ThrowIfAny(problems);
        return job is not null ? job with { Scheduling = build.Scheduling } : throw new InvalidOperationException("a job is missing that nothing was wrong with");
    }

    private static TemplateJob OfTemplate(BuildDocument build, BuildTemplate template, IReadOnlyList<TemplateSource> sources, IReadOnlyDictionary<string, string> globals, ImageReference? image)
    {
        var use = new TemplateUse { Template = template.Name, Arguments = build.Arguments, Sources = sources, Location = build.TemplateLocation };
        var job = TemplateJobs.For(template, use, build.Name, image, globals);
        var ofTemplate = job.Expand;
        // Containers may bring the Dockerfile.
        return job with { Name = build.Name, Dockerfile = null, DockerfileImage = null, Expand = names => WithSources(build, Overridden(build, ofTemplate(names)), globals) };
    }

    private static TemplateJob OfSteps(BuildDocument build, IReadOnlyList<TemplateSource> sources, IReadOnlyDictionary<string, string> globals)
    {
        var destination = Own(build, globals).Steps.Select(step => KanikoArguments.Of(step).Destination).LastOrDefault(text => text is not null)
            ?? throw Ktr.BuildDocumentInvalid.Error(build.Location, $"the build '{build.Name}'", "none of its steps says with --destination which image it pushes");
        return new()
        {
            Name = build.Name,
            Source = build.Name,
            Image = TemplateJobs.Parse(destination, build.Location),
            Sources = sources,
            Location = build.Location,
            Expand = names =>
            {
                var own = Own(build, globals);
                return WithSources(build, own with { Steps = [.. own.Steps.Select(step => KanikoSteps.WithDestination(step, names.Destination))] }, globals);
            },
        };
    }

    /// <summary>The document's own steps: it has no parameters.</summary>
    private static ExpandedTemplate Own(BuildDocument build, IReadOnlyDictionary<string, string> globals)
    {
        var problems = new List<Diagnostic>();
        var expansion = Expansion(build, globals, problems);
        var own = new ExpandedTemplate([.. build.Steps.Select(expansion.Expand)], [.. build.Volumes.Select(expansion.ExpandVolume)], new Dictionary<string, string>());
        KontraktException.ThrowIfAny(problems);
        return own;
    }

    private static ExpandedTemplate WithSources(BuildDocument build, ExpandedTemplate expanded, IReadOnlyDictionary<string, string> globals)
    {
        var problems = new List<Diagnostic>();
        var containers = Containers(build, globals, problems);
        var volumes = build.Template is null ? [] : build.Volumes.Select(Expansion(build, globals, problems).ExpandVolume);
        return expanded with { Steps = [.. containers, .. expanded.Steps], Volumes = [.. expanded.Volumes, .. volumes] };
    }

    private static List<JsonObject> Containers(BuildDocument build, IReadOnlyDictionary<string, string> globals, List<Diagnostic> problems)
    {
        var expansion = Expansion(build, globals, problems);
        var containers = new List<JsonObject>();
        foreach (var source in build.Sources)
        {
            if (source.Custom is not { } custom)
                continue;
            var container = expansion.Expand(custom);
            container["name"] = source.Name.Length > 0 ? $"custom-source-{source.Name}" : FormattableString.Invariant($"custom-source-{containers.Count}");
            containers.Add(container);
        }
        return containers;
    }

    /// <summary>Knative Build's rule: a variable of the template's use takes the place of the step's own.</summary>
    private static ExpandedTemplate Overridden(BuildDocument build, ExpandedTemplate expanded)
    {
        if (build.Environment.Count == 0)
            return expanded;
        var variables = build.Environment.Select(variable => variable.ToJson().AsObject()).ToList();
        foreach (var variable in variables)
            if (variable["value"] is JsonValue value)
                variable["value"] = Placeholders.Replace(value.ToString(), name => expanded.Values.GetValueOrDefault(name) is { } given ? ContainerText.Literal(given) : null);
        return expanded with { Steps = [.. expanded.Steps.Select(With)] };

        JsonObject With(JsonObject step)
        {
            var own = (step["env"] as JsonArray)?.OfType<JsonObject>().Where(each => !variables.Exists(variable => variable["name"]?.ToString() == each["name"]?.ToString())) ?? [];
            var other = (JsonObject)step.DeepClone();
            other["env"] = new JsonArray([.. own.Concat(variables).Select(variable => variable.DeepClone())]);
            return other;
        }
    }

    private static TemplateSource.Git Git(BuildSource source, GitSecrets secrets)
    {
        var (url, revision) = source.Git ?? throw new ArgumentException("it is not a repository", nameof(source));
        return new TemplateSource.Git(url, revision, source.SubPath, source.Location) { Target = source.TargetPath, Credentials = secrets.For(url) };
    }

    private static ContainerExpansion Expansion(BuildDocument build, IReadOnlyDictionary<string, string> globals, List<Diagnostic> problems) =>
        new(globals, new(build.Location.File, $"the build '{build.Name}'", problems));
}
