using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Contexts;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Runs jobs: sources to a context image, then a pod with the steps; neither where nothing has changed.</summary>
internal sealed class TemplateRunner(BuildSite site)
{
    private readonly string _shared = Path.Combine(site.Settings.RunsDirectory, "sources");

    /// <exception cref="KontraktException">A source cannot be had, the build failed, or the image cannot be pushed.</exception>
    public async Task<BuiltImage> RunAsync(TemplateJob job, CancellationToken cancellationToken)
    {
        PushGuard.Require(job.Image.Name, PushGuard.Allowed(site.Settings, null), job.Location);
        if (job.Image.Tag == "latest")
            site.Log.Report(new RunEvent.Progress($"{job.Image} is another image after each build; use the digest, or a tag of its own for each commit (${{kontrakt.sourceReference}})"));
        var names = await site.NamesAsync(cancellationToken);
        var below = ImagesBelow(job);
        var pins = await PinAsync(below, job.Location, cancellationToken);
        var context = job.Sources.Count == 0 && job.Dockerfile is null ? null : await PushContextAsync(job, cancellationToken);
        var inputs = new BuildInputs(job.Image, Content(context, job.Expand(new("", Pinned))), [.. pins.Values.Order(StringComparer.Ordinal)], job.Location);
        if (await inputs.FindCurrentAsync(site, cancellationToken) is { } current)
        {
            site.Log.Report(new RunEvent.Progress($"[{job.Name}] unchanged: {job.Image.WithDigest(current)}"));
            return new(job.Source, job.Image.WithDigest(current), Reused: true);
        }
        var expanded = job.Expand(new(names.InPods(job.Image, job.Location), text => InPods(Pinned(text), names, job.Location)));
        var built = await BuildPods.RunAsync(Request(job, context, expanded, names) with { Registries = [.. below.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase)] }, site, cancellationToken);
        await inputs.RememberAsync(built, site, cancellationToken);
        return new(job.Source, built, Reused: false);

        string Pinned(string text) => ImageReference.TryParse(text, out var image, out _) ? pins.GetValueOrDefault(image, text) : text;
    }

    /// <summary>All that shapes the image but the images it stands on, a line each. Without its tag, which changes with every commit.</summary>
    private IEnumerable<string> Content(ImageReference? context, ExpandedTemplate expanded) =>
    [
        $"context {context?.Digest}",
        .. expanded.Steps.Select(step => $"step {step.ToJsonString()}"),
        .. expanded.Volumes.Select(volume => $"volume {volume.ToJsonString()}"),
        $"executor {site.Settings.KanikoExecutor}",
        .. site.Settings.KanikoArgs.Select(argument => $"with {argument}"),
    ];

    private BuildPodRequest Request(TemplateJob job, ImageReference? context, ExpandedTemplate expanded, BuildNames names)
    {
        var steps = expanded.Steps.Select(step => KanikoSteps.Complete(step, names, site.Settings)).Select(Named).ToList();
        return new()
        {
            Name = job.Name,
            Image = job.Image,
            Context = context,
            Steps = steps,
            Volumes = expanded.Volumes,
            Source = job.Source,
            Location = job.Location,
        };
    }

    /// <summary>Knative Build's names of containers.</summary>
    private static JsonObject Named(JsonObject step, int index)
    {
        var name = step["name"]?.ToString();
        step["name"] = string.IsNullOrEmpty(name) ? FormattableString.Invariant($"build-step-unnamed-{index}") : $"build-step-{name}";
        return step;
    }

    private async Task<ImageReference> PushContextAsync(TemplateJob job, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(site.Settings.RunsDirectory, "templates", Path.GetFileName(job.Name));
        var workspace = new Workspace(directory, _shared, site.Settings, site.Registry, site.Log);
        var folder = await workspace.ComposeAsync(job.Sources, cancellationToken);
        if (job.Dockerfile is { } dockerfile && !File.Exists(Path.Combine(folder, dockerfile)))
        {
            if (job.DockerfileImage is not { } image)
                throw Ktr.WorkspaceWithoutDockerfile.Error(job.Location, job.Name, dockerfile);
            // First, so that the sources win.
            folder = await workspace.ComposeAsync([image, .. job.Sources], cancellationToken);
            if (!File.Exists(Path.Combine(folder, dockerfile)))
                throw Ktr.ImageFolderUnavailable.Error(job.Location, image.Reference, $"the folder that its label names has no '{dockerfile}'");
        }
        var request = new ContextImageRequest { Directory = folder, Tag = $"{job.Image.Name}-context:latest", Dockerfile = job.Dockerfile is { } file ? Path.Combine(folder, file) : null };
        return (await ContextImages.PushAsync(request, site.Settings, site.Registry, site.Log, cancellationToken)).Reference;
    }

    /// <summary>The images that arguments name.</summary>
    private static List<ImageReference> ImagesBelow(TemplateJob job)
    {
        var images = new List<ImageReference>();
        job.Expand(new("", text =>
        {
            images.Add(ImageReference.TryParse(text, out var image, out var problem) ? image : throw Ktr.InvalidImage.Error(job.Location, text, problem));
            return text;
        }));
        return images;
    }

    /// <summary>These images by digest: another image under the same tag makes another image of this.</summary>
    private async Task<IReadOnlyDictionary<ImageReference, string>> PinAsync(IEnumerable<ImageReference> images, SourceLocation? place, CancellationToken cancellationToken)
    {
        var pins = new Dictionary<ImageReference, string>();
        foreach (var image in images.Where(image => image.Digest is null).Distinct())
            pins[image] = await PinAsync(image, place, cancellationToken);
        return pins;
    }

    private async Task<string> PinAsync(ImageReference image, SourceLocation? place, CancellationToken cancellationToken)
    {
        try
        {
            return (await site.Registry.ResolveAsync(image, cancellationToken))?.Digest is { } digest
                ? image.WithTag(null).WithDigest(digest).ToString()
                : throw Ktr.ImageMissing.Error(place, image, $"{image.Registry} has no such image");
        }
        catch (RegistryException error) when (error.Fault == RegistryFault.Unreachable)
        {
            // The cluster may reach what this machine cannot.
            site.Log.Report(new RunEvent.Progress($"{image} is used by its tag: {error.Message}"));
            return image.ToString();
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Reading(error, image.ToString(), place)], error);
        }
    }

    /// <summary>Any image of the registry that KO_DOCKER_REPO is in, and not only those below it.</summary>
    private static string InPods(string text, BuildNames names, SourceLocation? place)
    {
        if (!ImageReference.TryParse(text, out var image, out _))
            return text;
        return RepositoryNames.IsBelow(image.Name, names.Repository) ? names.InPods(image, place) : names.HostInPods(image.Registry) + image.ToString()[image.Registry.Length..];
    }
}
