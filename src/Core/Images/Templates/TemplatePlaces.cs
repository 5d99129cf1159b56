using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates;

/// <summary>Where build templates are looked for.</summary>
public static class TemplatePlaces
{
    private const string Folder = "templates";

    /// <summary>The templates of the settings' files and folders, of the folder beside the project, and of kontrakts, then those that came with Kontrakt.</summary>
    /// <exception cref="KontraktException">KTR1020: a file or folder of the settings is not there. Everything that is wrong in a template.</exception>
    public static TemplateCatalog Read(KontraktSettings settings)
    {
        foreach (var path in settings.Templates.Where(path => !Path.Exists(path)))
            throw Ktr.FileUnreadable.Error(null, path, "it is not there, and KontraktTemplates (--templates) names it");
        var kontrakts = KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory).SelectMany(kontrakt => kontrakt.Files);
        return TemplateCatalog.Read([.. settings.Templates, Path.Combine(settings.Directory, Folder), .. kontrakts]);
    }

    /// <summary>Files and folders where a template may stand, whether they are there or not.</summary>
    public static IEnumerable<string> Of(KontraktSettings settings) =>
        [.. settings.Templates, Path.Combine(settings.Directory, Folder), .. KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory).Select(kontrakt => kontrakt.Directory)];

    /// <summary>What may stand in any text of a template besides its parameters: what a kontrakt's manifests may have, too.</summary>
    public static IReadOnlyDictionary<string, string> Globals(string repository, string sourceReference) =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["KO_DOCKER_REPO"] = repository, ["kontrakt.sourceReference"] = sourceReference };
}
