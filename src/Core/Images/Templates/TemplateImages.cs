using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates;

/// <summary>Builds images by templates, and runs Build documents.</summary>
public static class TemplateImages
{
    /// <summary>Knative Build's own limit.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The image, or the one that was built from the same before.</summary>
    /// <param name="key">What the built image is known by.</param>
    /// <param name="image">Where it goes, by this machine's name, with a tag; an argument of the use may say otherwise.</param>
    /// <param name="globals">See <see cref="ExpandedTemplate.Globals"/>.</param>
    /// <exception cref="KontraktException">The use does not fit the template, a source cannot be read, or the build failed.</exception>
    public static Task<BuiltImage> BuildAsync(TemplateUse use, string key, ImageReference image, TemplateCatalog catalog, IReadOnlyDictionary<string, string> globals, BuildSite site, CancellationToken cancellationToken) =>
        new TemplateRunner(site).RunAsync(TemplateJobs.For(catalog.Find(use.Template, use.Location), use, key, image, globals), cancellationToken);

    /// <summary>The same for a use in a run.</summary>
    internal static Task<BuiltImage> BuildAsync(ImageSource.Template source, ImageReference image, BuildSite site, CancellationToken cancellationToken) =>
        BuildAsync(source.Use, source.Key, image, TemplateCatalog.Read(site.Settings), Globals(source, image), site, cancellationToken);

    /// <summary>The same for a Build document among a kontrakt's manifests.</summary>
    internal static async Task<BuiltImage> BuildAsync(ImageSource.Document source, ImageReference image, BuildSite site, CancellationToken cancellationToken)
    {
        var read = BuildFile.Read(source.File);
        var document = read.Builds.FirstOrDefault(build => build.Name == source.Title)
            ?? throw Ktr.BuildDocumentInvalid.Error(source.Location, $"the build '{source.Title}'", "it existed when the run began, and no longer exists");
        if (RegistrySecrets.Read(read.Documents, document.ServiceAccount) is not null)
            site.Log.Report(new RunEvent.Progress($"[{source.Name}] the logins of registries that '{document.ServiceAccount}' names are not used in a run, but those of this machine (docker login)"));
        var job = BuildJobs.For(document, TemplateCatalog.Read(site.Settings), GitSecrets.Read(read.Documents, document.ServiceAccount), Globals(source, image), image);
        return await new TemplateRunner(site).RunAsync(job with { Source = source.Key, Timeout = document.Timeout }, cancellationToken);
    }

    private static IReadOnlyDictionary<string, string> Globals(ImageSource source, ImageReference image) => ExpandedTemplate.Globals(image.Name[..^(source.Name.Length + 1)], image.Tag ?? "");

    /// <summary>Runs the Build documents of a file one after the other: a later one may use an earlier one's image. All are checked first.</summary>
    /// <param name="open">Makes the place where pods run, for what one build asks of it; it is closed here.</param>
    /// <exception cref="KontraktException">Everything in the file that cannot work; or a build failed.</exception>
    public static async Task<IReadOnlyList<BuiltImage>> RunAsync(string file, TemplateCatalog catalog, IReadOnlyDictionary<string, string> globals, Func<BuildDemands, BuildSite> open, CancellationToken cancellationToken)
    {
        var read = BuildFile.Read(file);
        var problems = new List<Diagnostic>();
        var jobs = read.Builds.Select(build => (Build: build, Job: Job(build))).ToList();
        KontraktException.ThrowIfAny(problems);
        var built = new List<BuiltImage>();
        foreach (var (build, job) in jobs)
        {
            if (job is null)
                continue;
            await using var site = open(new(build.Timeout ?? DefaultTimeout, RegistrySecrets.Read(read.Documents, build.ServiceAccount)));
            built.Add(await new TemplateRunner(site).RunAsync(job, cancellationToken));
        }
        return built;

        TemplateJob? Job(BuildDocument build)
        {
            try
            {
                return BuildJobs.For(build, catalog.With(read.Templates), GitSecrets.Read(read.Documents, build.ServiceAccount), globals, null);
            }
            catch (KontraktException error)
            {
                problems.AddRange(error.Diagnostics);
                return null;
            }
        }
    }
}

/// <summary>What a Build document asks of the place where it runs.</summary>
/// <param name="Timeout">What it may take.</param>
/// <param name="Logins">A docker config.json with logins that take precedence over this machine's; null for none.</param>
public sealed record BuildDemands(TimeSpan Timeout, ReadOnlyMemory<byte>? Logins);
