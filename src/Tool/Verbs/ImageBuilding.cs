using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.HostBase;
using Kontrakt.Images.Sdk;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Runs;

namespace Kontrakt.Tool.Verbs;

/// <summary>Builds a run's images with the .NET SDK's command line; what this needs is beside the tool.</summary>
internal static class ImageBuilding
{
    /// <summary>The images of the run's projects, built or found unchanged.</summary>
    /// <exception cref="KontraktException">A project does not build, or a registry does not take its image.</exception>
    public static async Task<IReadOnlyList<BuiltImage>> BuildAsync(VerbContext context, DiscoverResult discovered, CancellationToken cancellationToken)
    {
        if (discovered.Projects.Count == 0)
            return [];
        var repository = discovered.Run.Record.Repository ?? throw Ktr.RepositoryMissing.Error(null);
        var request = new SdkBuildRequest
        {
            Projects = discovered.Projects,
            Repository = repository,
            Tag = discovered.Run.Record.SourceReference ?? throw Ktr.SourceReferenceMissing.Error(null, context.Settings.Directory, "no git repository"),
            RunsDirectory = context.Settings.RunsDirectory,
            Driver = Path.Combine(AppContext.BaseDirectory, "build", "Kontrakt.ProjectImages.proj"),
            TasksAssembly = Path.Combine(AppContext.BaseDirectory, "tasks", "net10.0", "Kontrakt.Tasks.dll"),
            InsecureRegistries = context.Settings.InsecureRegistries,
            BaseImage = discovered.HostBase ? await HostBaseAsync(context, repository, discovered.Place, cancellationToken) : null,
            Properties = context.Settings.Configuration is { } configuration ? new Dictionary<string, string> { ["Configuration"] = configuration } : [],
        };
        context.Say($"building images: {string.Join(", ", discovered.Projects.Select(project => project.Name))}");
        var built = await SdkImageBuilder.BuildAsync(request, context.Log, cancellationToken);
        context.Say($"images: {built.Count(image => !image.Reused)} built, {built.Count(image => image.Reused)} unchanged");
        return built;
    }

    /// <summary>Sees to it that the repository has the base image of this machine.</summary>
    public static async Task<ImageReference> HostBaseAsync(VerbContext context, string repository, SourceLocation? place, CancellationToken cancellationToken)
    {
        using var registry = new RegistryClient(RegistryAccess.Options(context.Settings, context.Log));
        return await HostBaseImage.EnsureAsync(new() { Repository = repository, Place = place }, registry, context.Log, cancellationToken);
    }
}
