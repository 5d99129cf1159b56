using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates;

/// <summary>Finds what is wrong with uses of templates as soon as they are read, before anything is fetched or built.</summary>
internal sealed class TemplateChecks(KontraktSettings settings)
{
    /// <summary>Stand for what is known only later: where images go, and the tag.</summary>
    private const string Repository = "localhost/repository";
    private const string SourceReference = "source-reference";

    private TemplateCatalog? _catalog;
    private bool _areRead;

    /// <summary>Everything that is wrong with a use; with the first one, what is wrong with the templates themselves.</summary>
    public IReadOnlyList<Diagnostic> Check(TemplateUse use)
    {
        var problems = new List<Diagnostic>(Folders(use));
        if (!_areRead)
            problems.AddRange(Read());
        return _catalog is null ? problems : [.. problems, .. Arguments(use, _catalog)];
    }

    private IReadOnlyList<Diagnostic> Read()
    {
        _areRead = true;
        try
        {
            _catalog = TemplatePlaces.Read(settings);
            return [];
        }
        catch (KontraktException error)
        {
            return error.Diagnostics;
        }
    }

    private static IReadOnlyList<Diagnostic> Arguments(TemplateUse use, TemplateCatalog catalog)
    {
        try
        {
            var image = ImageReference.Parse($"{Repository}/image:{SourceReference}");
            TemplateJobs.For(catalog.Find(use.Template, use.Location), use, use.Key, image, TemplatePlaces.Globals(Repository, SourceReference)).ImagesBelow();
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
