using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Contexts;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Runs jobs: sources to a context image, then a pod with the steps; neither where nothing has changed.</summary>
internal sealed class TemplateRunner(BuildSite site)
{
    private readonly string _shared = Path.Combine(site.Settings.RunsDirectory, "sources");

    /// <exception cref="KontraktException">A source cannot be read, the build failed, or the image cannot be pushed.</exception>
    public async Task<BuiltImage> RunAsync(TemplateJob job, CancellationToken cancellationToken)
    {
        PushGuard.Require(job.Image.Name, PushGuard.Allowed(site.Settings, null), job.Location);
        if (job.Image.Tag == "latest")
            site.Log.Report(new RunEvent.Progress($"{job.Image} is another image after each build; use the digest, or a tag of its own for each commit (${{kontrakt.sourceReference}})"));
        var below = job.ImagesBelow();
        var pins = await PinAsync(below, job.Location, cancellationToken);
        var workspace = job.Sources.Count == 0 && job.Dockerfile is null ? null : await ComposeAsync(job, cancellationToken);
        var here = job.Expand(new("", Pinned));
        var dockerfiles = StepDockerfiles.Find(workspace, Named(here.Steps), site.Settings);
        var resolving = BaseDigests.ResolveAsync(dockerfiles.Bases, site, cancellationToken);
        var context = workspace is null ? null : await PushContextAsync(job, workspace, cancellationToken);
        var resolved = await resolving;
        var bases = resolved.Digests is { } digests ? pins.Values.Concat(digests).Distinct().Order(StringComparer.Ordinal).ToList() : null;
        var inputs = new BuildInputs(job.Image, Content(context, here), bases, job.Location);
        if (await inputs.FindCurrentAsync(site, cancellationToken) is { } current)
        {
            site.Log.Report(new RunEvent.Progress($"[{job.Name}] unchanged: {job.Image.WithDigest(current)}"));
            return new(job.Source, job.Image.WithDigest(current), Reused: true);
        }
        var names = await site.NamesAsync(cancellationToken);
        var used = below.Select(image => new UsedImage(ImageReference.Parse(Pinned(image.ToString())), null, job.Location)).Concat(dockerfiles.Used(resolved.Images)).ToList();
        var copied = await BaseCopies.BringAsync(used, names, site, cancellationToken);
        var expanded = job.Expand(new(names.InPods(job.Image, job.Location), text => InPods(Pinned(text), names, copied, job.Location)));
        var request = Request(job, context, expanded, workspace, new(names, [], copied)) with { Registries = [.. used.Select(each => each.Image.Registry).Distinct(StringComparer.OrdinalIgnoreCase)] };
        var built = await BuildPods.RunAsync(request, site, cancellationToken);
        inputs.Remember(built, site);
        return new(job.Source, built, Reused: false);

        string Pinned(string text) => ImageReference.TryParse(text, out var image, out _) ? pins.GetValueOrDefault(image, text) : text;
    }

    /// <summary>All that shapes the image except its base images, a line each. Without its tag, which changes with every commit.</summary>
    private IEnumerable<string> Content(ImageReference? context, ExpandedTemplate expanded) =>
    [
        $"context {context?.Digest}",
        .. expanded.Steps.Select(step => $"step {step.ToJsonString()}"),
        .. expanded.Volumes.Select(volume => $"volume {volume.ToJsonString()}"),
        $"executor {site.Settings.KanikoExecutor}",
        .. site.Settings.KanikoArgs.Select(argument => $"with {argument}"),
    ];

    private BuildPodRequest Request(TemplateJob job, ImageReference? context, ExpandedTemplate expanded, ComposedWorkspace? workspace, KanikoRegistries registries)
    {
        var steps = Named(expanded.Steps).ToList();
        // Again, for now the arguments have the pods' names, which the executor will speak of.
        var dockerfiles = StepDockerfiles.Find(workspace, steps, site.Settings);
        return new()
        {
            Name = job.Name,
            Image = job.Image,
            Context = context,
            Steps = [.. steps.Select(step => KanikoSteps.Complete(step, job.Image, registries with { Bases = Bases(step) }, site.Settings))],
            Volumes = expanded.Volumes,
            Scheduling = job.Scheduling.ToDictionary(field => field.Key, field => field.Value.ToJson()),
            Source = job.Source,
            Location = job.Location,
            Timeout = job.Timeout,
            OnLine = dockerfiles.OnLine,
            Explain = dockerfiles.Explain,
        };

        IReadOnlyList<ImageReference> Bases(JsonObject step) =>
            [.. dockerfiles.BasesOf(step["name"]?.ToString() ?? "").Select(from => ImageReference.TryParse(from.Image, out var image, out _) ? image : null).OfType<ImageReference>()];
    }

    /// <summary>Knative Build's names of containers.</summary>
    private static IEnumerable<JsonObject> Named(IReadOnlyList<JsonObject> steps) => steps.Select((step, index) =>
    {
        var named = (JsonObject)step.DeepClone();
        var name = step["name"]?.ToString();
        named["name"] = string.IsNullOrEmpty(name) ? FormattableString.Invariant($"build-step-unnamed-{index}") : $"build-step-{name}";
        return named;
    });

    private async Task<ComposedWorkspace> ComposeAsync(TemplateJob job, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(site.Settings.RunsDirectory, "templates", Path.GetFileName(job.Name));
        var workspace = new Workspace(directory, _shared, site.Settings, site.Registry, site.Log);
        var composed = await workspace.ComposeAsync(job.Sources, cancellationToken);
        if (job.Dockerfile is not { } dockerfile || File.Exists(Path.Combine(composed.Directory, dockerfile)))
            return composed;
        if (job.DockerfileImage is not { } image)
            throw Ktr.WorkspaceWithoutDockerfile.Error(job.Location, job.Name, dockerfile);
        // First, so that the sources win.
        composed = await workspace.ComposeAsync([image, .. job.Sources], cancellationToken);
        return File.Exists(Path.Combine(composed.Directory, dockerfile)) ? composed
            : throw Ktr.ImageFolderUnavailable.Error(job.Location, image.Reference, $"the folder that its label names has no '{dockerfile}'");
    }

    private async Task<ImageReference> PushContextAsync(TemplateJob job, ComposedWorkspace workspace, CancellationToken cancellationToken)
    {
        var request = new ContextImageRequest
        {
            Directory = workspace.Directory,
            Tag = $"{job.Image.Name}-context:{ContextTags.For(job.Name, site.Settings)}",
            Dockerfile = job.Dockerfile is { } file ? Path.Combine(workspace.Directory, file) : null,
        };
        return (await ContextImages.PushAsync(request, site.Settings, site.Registry, site.Log, cancellationToken)).Reference;
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

    /// <summary>Any image of the registry that KO_DOCKER_REPO is in, and not only those below it; and those that were copied.</summary>
    private static string InPods(string text, BuildNames names, IReadOnlyDictionary<string, string> copied, SourceLocation? place)
    {
        if (!ImageReference.TryParse(text, out var image, out _))
            return text;
        return RepositoryNames.IsBelow(image.Name, names.Repository) ? names.InPods(image, place)
            : copied.GetValueOrDefault(image.Registry, names.HostInPods(image.Registry)) + image.ToString()[image.Registry.Length..];
    }
}
