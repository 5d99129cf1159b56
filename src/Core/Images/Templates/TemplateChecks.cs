using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates;

/// <summary>Finds what is wrong with uses of templates as soon as they are read, before anything is fetched or built.</summary>
internal sealed class TemplateChecks(KontraktSettings settings)
{
    /// <summary>Mean what is known only later: where images go, and the tag.</summary>
    private const string Repository = "localhost/repository";
    private const string SourceReference = "source-reference";

    private static readonly ImageReference Image = ImageReference.Parse($"{Repository}/image:{SourceReference}");
    private static readonly IReadOnlyDictionary<string, string> Globals = ExpandedTemplate.Globals(Repository, SourceReference);

    private TemplateCatalog? _catalog;
    private bool _areRead;

    /// <summary>Everything that is wrong with a use; with the first one, what is wrong with the templates themselves.</summary>
    public IReadOnlyList<Diagnostic> Check(TemplateUse use) => [.. Folders(use), .. Check(catalog => TemplateJobs.For(catalog.Find(use.Template, use.Location), use, use.Key, Image, Globals))];

    /// <summary>The same for a Build document.</summary>
    public IReadOnlyList<Diagnostic> Check(BuildDocument build) => [.. Check(catalog => BuildJobs.For(build, catalog, GitSecrets.None, Globals, Image))];

    private IEnumerable<Diagnostic> Check(Func<TemplateCatalog, TemplateJob> make)
    {
        var problems = _areRead ? [] : Read();
        return _catalog is null ? problems : problems.Concat(Problems(() => make(_catalog).ImagesBelow()));
    }

    private IReadOnlyList<Diagnostic> Read()
    {
        _areRead = true;
        return Problems(() => _catalog = TemplateCatalog.Read(settings));
    }

    private static IReadOnlyList<Diagnostic> Problems(Action act)
    {
        try
        {
            act();
            return [];
        }
        catch (KontraktException error)
        {
            return error.Diagnostics;
        }
    }

    private static IEnumerable<Diagnostic> Folders(TemplateUse use) =>
        use.Sources.OfType<TemplateSource.Folder>().Where(folder => !Directory.Exists(folder.Directory)).Select(folder => Ktr.TemplateSourceMissing.At(folder.Location ?? use.Location, use.Template, folder.Directory));
}
