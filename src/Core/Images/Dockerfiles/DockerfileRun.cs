using Kontrakt.Context;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Contexts;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>One build of a Dockerfile: its context is pushed, and where anything that goes in is new, a pod builds it.</summary>
internal sealed class DockerfileRun(ImageSource.Dockerfile build, ImageReference image, BuildSite site)
{
    /// <exception cref="KontraktException">The Dockerfile, its context, the build or the registry.</exception>
    public async Task<BuiltImage> RunAsync(CancellationToken cancellationToken)
    {
        var plan = KanikoBuild.Plan(build, Read(), site.Settings);
        if (image.Repository.Length < 2)
            throw Ktr.InvalidSetting.Error(build.Location, "Name", image.Repository, "Kaniko takes no repository of one letter: give the image a longer name, or KO_DOCKER_REPO a path");
        var bases = plan.Stages.Bases;
        var outside = OutsideDockerfile.Read(plan);
        var resolving = BaseDigests.ResolveAsync(bases, site, cancellationToken);
        var context = await PushContextAsync(cancellationToken);
        var resolved = await resolving;
        var inputs = new BuildInputs(image, Content(plan, context, outside), resolved.Digests, build.Location);
        if (await inputs.FindCurrentAsync(site, cancellationToken) is { } current)
        {
            site.Log.Report(new RunEvent.Progress($"[{build.Name}] unchanged: {image.WithDigest(current)}"));
            return new(build.Key, image.WithDigest(current), Reused: true);
        }
        var request = await RequestAsync(plan, context, resolved.Images, cancellationToken);
        var built = await BuildPods.RunAsync(request with { Files = outside, Secrets = BuildSecret.Read(build, plan.Secrets) }, site, cancellationToken);
        inputs.Remember(built, site);
        return new(build.Key, built, Reused: false);
    }

    private string Read()
    {
        try
        {
            return File.ReadAllText(build.File);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, build.Location, build.File, e.Message);
        }
    }

    /// <summary>The context image is beside the image, so that each keeps what it had when it was pushed last.</summary>
    private async Task<ContextResult> PushContextAsync(CancellationToken cancellationToken) => await ContextImages.PushAsync(new()
    {
        Directory = build.Context,
        Tag = $"{image.Name}-context:{ContextTags.For(build.Context, site.Settings)}",
        Dockerfile = build.File,
    }, site.Settings, site.Registry, site.Log, cancellationToken);

    /// <summary>All that shapes the image except its base images, a line each.</summary>
    private IEnumerable<string> Content(KanikoBuild plan, ContextResult context, IReadOnlyDictionary<string, string> outside) =>
    [
        $"context {context.Reference.Digest}",
        $"dockerfile {build.PathInContext}",
        .. outside.Select(file => $"outside {file.Key} {file.Value}"),
        $"target {build.Target}",
        $"platform {plan.Platform}",
        .. plan.Arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"argument {pair.Key}={pair.Value}"),
        .. build.Labels.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"label {pair.Key}={pair.Value}"),
        // Which ones, and not what they are: a new token makes no new image.
        .. plan.Secrets.Select(id => $"secret {id}"),
        $"executor {site.Settings.KanikoExecutor}",
        .. site.Settings.KanikoArgs.Select(argument => $"with {argument}"),
    ];

    private async Task<BuildPodRequest> RequestAsync(KanikoBuild plan, ContextResult context, IReadOnlyList<ImageReference> images, CancellationToken cancellationToken)
    {
        var names = await site.NamesAsync(cancellationToken);
        var progress = new DockerfileProgress(build.File, plan.Instructions, plan.Stages.Bases);
        var used = plan.Stages.Bases.Zip(images, (from, each) => new UsedImage(each, plan.Platform, from.Location)).ToList();
        var copied = await BaseCopies.BringAsync(used, names, site, cancellationToken);
        return new()
        {
            Name = build.Name,
            Image = image,
            Context = context.Reference,
            Source = build.File,
            Location = build.Location,
            Steps = [KanikoStep.For(plan, image, new(names, images, copied), site.Settings)],
            Registries = [.. images.Select(each => each.Registry).Concat(site.Settings.RegistryMirrors.Select(BuildNames.Host)).Distinct(StringComparer.OrdinalIgnoreCase)],
            OnLine = (step, line) =>
            {
                if (step == KanikoStep.Name)
                    progress.OnLine(line);
            },
            Explain = failure => failure.Step == KanikoStep.Name ? progress.Explain(failure) : null,
        };
    }
}
