using Kontrakt.Context;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Contexts;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>One build of a Dockerfile: its context is pushed, and where anything that goes in is new, a pod builds it.</summary>
internal sealed class DockerfileRun(DockerfileBuild build, ImageReference image, BuildSite site)
{
    /// <exception cref="KontraktException">The Dockerfile, its context, the build or the registry.</exception>
    public async Task<BuiltImage> RunAsync(CancellationToken cancellationToken)
    {
        var instructions = Read();
        var bases = DockerfileStages.Bases(build.File, instructions, build.Target, build.Platform, build.BuildArgs);
        var outside = OutsideDockerfile.Read(build);
        var resolving = BaseDigests.ResolveAsync(bases, site, cancellationToken);
        var context = await PushContextAsync(cancellationToken);
        var resolved = await resolving;
        var inputs = new BuildInputs(image, Content(context, outside), resolved.Digests, build.Location);
        if (await inputs.FindCurrentAsync(site, cancellationToken) is { } current)
        {
            site.Log.Report(new RunEvent.Progress($"[{build.Name}] unchanged: {image.WithDigest(current)}"));
            return new(build.Key, image.WithDigest(current), Reused: true);
        }
        var progress = new DockerfileProgress(build.File, instructions, bases);
        var built = await BuildPods.RunAsync((await RequestAsync(context, resolved.Images, bases, progress, cancellationToken)) with { Files = outside }, site, cancellationToken);
        inputs.Remember(built, site);
        return new(build.Key, built, Reused: false);
    }

    private IReadOnlyList<Instruction> Read()
    {
        try
        {
            return DockerfileReader.Read(build.File, File.ReadAllText(build.File));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, build.Location, build.File, e.Message);
        }
    }

    /// <summary>The context image stands beside the image, so that each keeps what it had when it was pushed last.</summary>
    private async Task<ContextResult> PushContextAsync(CancellationToken cancellationToken) => await ContextImages.PushAsync(new()
    {
        Directory = build.Context,
        Tag = $"{image.Name}-context:latest",
        Dockerfile = build.File,
    }, site.Settings, site.Registry, site.Log, cancellationToken);

    /// <summary>All that shapes the image but the images it stands on, a line each.</summary>
    private IEnumerable<string> Content(ContextResult context, IReadOnlyDictionary<string, string> outside) =>
    [
        $"context {context.Reference.Digest}",
        $"dockerfile {build.PathInContext}",
        .. outside.Select(file => $"outside {file.Key} {file.Value}"),
        $"target {build.Target}",
        $"platform {build.Platform}",
        .. build.BuildArgs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"argument {pair.Key}={pair.Value}"),
        .. build.Labels.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"label {pair.Key}={pair.Value}"),
        $"executor {site.Settings.KanikoExecutor}",
        .. site.Settings.KanikoArgs.Select(argument => $"with {argument}"),
    ];

    private async Task<BuildPodRequest> RequestAsync(ContextResult context, IReadOnlyList<ImageReference> images, IReadOnlyList<BaseImage> bases, DockerfileProgress progress, CancellationToken cancellationToken)
    {
        var names = await site.NamesAsync(cancellationToken);
        var used = bases.Zip(images, (from, each) => new UsedImage(each, build.Platform, from.Location)).ToList();
        var copied = await BaseCopies.BringAsync(used, names, site, cancellationToken);
        return new()
        {
            Name = build.Name,
            Image = image,
            Context = context.Reference,
            Source = build.File,
            Location = build.Location,
            Steps = [KanikoStep.For(build, image, new(names, images, copied), site.Settings)],
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
