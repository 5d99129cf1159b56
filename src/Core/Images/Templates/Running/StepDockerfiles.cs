using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates.Running;

/// <summary>
/// The Dockerfiles that steps build, as far as they are known here: those that the sources bring, of the steps before the first that is not Kaniko's,
/// which may bring other files.
/// </summary>
internal sealed class StepDockerfiles
{
    private readonly Dictionary<string, Known> _byStep = new(StringComparer.Ordinal);

    /// <summary>Their base images.</summary>
    public IReadOnlyList<BaseImage> Bases => [.. _byStep.Values.SelectMany(known => known.Bases)];

    /// <param name="workspace">Null where no file comes from here.</param>
    /// <param name="steps">With their names.</param>
    /// <exception cref="KontraktException">KTR2015, KTR2200: what is not a Dockerfile, or one that the executor would build wrongly, at its line.</exception>
    public static StepDockerfiles Find(ComposedWorkspace? workspace, IEnumerable<JsonObject> steps, KontraktSettings settings)
    {
        var found = new StepDockerfiles();
        if (workspace is not null)
            foreach (var step in steps.TakeWhile(step => KanikoSteps.IsExecutor(step, settings)))
                if (Read(workspace, KanikoArguments.Of(step), Executor.Of(KanikoSteps.ExecutorOf(step, settings), settings)) is { } known)
                    found._byStep[step["name"]?.ToString() ?? ""] = known;
        return found;
    }

    /// <summary>The base images of one step's Dockerfile; nothing where it is not known.</summary>
    public IReadOnlyList<BaseImage> BasesOf(string step) => _byStep.GetValueOrDefault(step)?.Bases ?? [];

    /// <summary>Their base images, each for the platform that it is wanted for.</summary>
    /// <param name="images">Of <see cref="Bases"/>, in that order.</param>
    public IEnumerable<UsedImage> Used(IEnumerable<Oci.Names.ImageReference> images) =>
        _byStep.Values.SelectMany(known => known.Bases, (known, from) => (known.Platform, from.Location)).Zip(images, (each, image) => new UsedImage(image, each.Platform, each.Location));

    public void OnLine(string step, string line) => _byStep.GetValueOrDefault(step)?.Progress.OnLine(line);

    /// <summary>The diagnostic at the Dockerfile's line; null where the failure is not an instruction's, or the Dockerfile is not known.</summary>
    public Diagnostic? Explain(BuildFailure failure) => _byStep.GetValueOrDefault(failure.Step)?.Progress.Explain(failure);

    private static Known? Read(ComposedWorkspace workspace, KanikoArguments arguments, Executor executor)
    {
        var named = InWorkspace(arguments.Value("--dockerfile", "-f") ?? "Dockerfile");
        // As Kaniko looks for it: at its own place, then in the context.
        var context = InWorkspace((arguments.Value("--context", "-c") ?? "").Replace("dir://", "", StringComparison.Ordinal)) ?? "";
        var path = named is null ? null : new[] { named, Path.Combine(context, named) }.FirstOrDefault(path => File.Exists(Path.Combine(workspace.Directory, path)));
        if (path is null)
            return null;
        var file = workspace.Origin(path);
        var instructions = DockerfileReader.Read(file, File.ReadAllText(Path.Combine(workspace.Directory, path)));
        var platform = arguments.Value("--custom-platform", "--customPlatform");
        var stages = DockerfileStages.Find(file, instructions, arguments.Value("--target"), platform, BuildArguments(arguments), all: !executor.RenumbersStages);
        KontraktException.ThrowIfAny([.. executor.Problems(file, stages)]);
        return new(stages.Bases, new(file, instructions, stages.Bases), platform);
    }

    private static Dictionary<string, string> BuildArguments(KanikoArguments arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in arguments.Values("--build-arg").Select(text => text.Split('=', 2)))
            if (parts is [var name, var value])
                values[name] = ContainerText.Plain(value);
        return values;
    }

    /// <summary>A path as seen from the workspace; null for one outside of it.</summary>
    private static string? InWorkspace(string path)
    {
        var relative = path == BuildPodPlan.Workspace ? "" : path.StartsWith(BuildPodPlan.Workspace + "/", StringComparison.Ordinal) ? path[(BuildPodPlan.Workspace.Length + 1)..] : path;
        return relative.StartsWith('/') || relative.Split('/').Contains("..") ? null : relative;
    }

    private sealed record Known(IReadOnlyList<BaseImage> Bases, DockerfileProgress Progress, string? Platform);
}
