using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates;

/// <summary>The build templates that may be used: those of the repository, then those that came with Kontrakt.</summary>
public sealed class TemplateCatalog
{
    private const string Folder = "templates";
    private static readonly EnumerationOptions AllBelow = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
    private readonly Dictionary<string, BuildTemplate> _own;
    private readonly Dictionary<string, BuildTemplate> _builtIn;

    private TemplateCatalog(Dictionary<string, BuildTemplate> own, Dictionary<string, BuildTemplate> builtIn) => (_own, _builtIn) = (own, builtIn);

    /// <summary>Every template, by name; one of the repository hides one of its name that came with Kontrakt.</summary>
    public IReadOnlyList<BuildTemplate> All => [.. _own.Values.Concat(_builtIn.Values.Where(template => !_own.ContainsKey(template.Name))).OrderBy(template => template.Name, StringComparer.Ordinal)];

    /// <summary>The templates of the settings' files and folders, of the folder beside the project, and of kontrakts, then those that came with Kontrakt.</summary>
    /// <exception cref="KontraktException">KTR1020: a file or folder of the settings does not exist. Everything that is wrong in a template.</exception>
    public static TemplateCatalog Read(KontraktSettings settings)
    {
        foreach (var path in settings.Templates.Where(path => !Path.Exists(path)))
            throw Ktr.FileUnreadable.Error(null, path, "it does not exist, and KontraktTemplates names it");
        return Read([.. Named(settings), .. Kontrakts(settings).SelectMany(TemplateFiles)]);
    }

    /// <summary>Files and folders where a template may be, whether they exist or not.</summary>
    public static IReadOnlyCollection<string> Places(KontraktSettings settings) => [.. Named(settings), .. Kontrakts(settings).SelectMany(kontrakt => TemplateFiles(kontrakt).Prepend(kontrakt.Directory))];

    /// <summary>Reads the templates of files and folders (all YAML below them) that may exist, and the built-in ones.</summary>
    /// <param name="paths">Full paths. One that occurs twice is read once; what does not exist is left out.</param>
    /// <exception cref="KontraktException">Everything that is wrong in any of them; two templates of one name.</exception>
    public static TemplateCatalog Read(IEnumerable<string> paths)
    {
        var problems = new List<Diagnostic>();
        var own = new Dictionary<string, BuildTemplate>(StringComparer.Ordinal);
        foreach (var file in paths.SelectMany(Files).Distinct(StringComparer.Ordinal))
            foreach (var template in BuildDocuments.ReadTemplates(file, problems))
                if (!own.TryAdd(template.Name, template))
                    problems.Add(Ktr.TemplateTwice.At(template.Location, template.Name, own[template.Name].Location));
        KontraktException.ThrowIfAny(problems);
        return new(own, BuiltInTemplates.Read().ToDictionary(template => template.Name, StringComparer.Ordinal));
    }

    /// <summary>The same with templates of one more file, which take precedence over all others.</summary>
    public TemplateCatalog With(IEnumerable<BuildTemplate> templates)
    {
        var own = new Dictionary<string, BuildTemplate>(_own, StringComparer.Ordinal);
        foreach (var template in templates)
            own[template.Name] = template;
        return new(own, _builtIn);
    }

    /// <param name="user">Where it is asked for; null for a command line.</param>
    /// <exception cref="KontraktException">None has that name.</exception>
    public BuildTemplate Find(string name, SourceLocation? user) =>
        _own.GetValueOrDefault(name) ?? _builtIn.GetValueOrDefault(name)
        ?? throw Ktr.TemplateUnknown.Error(user, name, DocumentFields.Hint(name, All.Select(template => template.Name)), string.Join(", ", All.Select(template => template.Name)));

    private static IEnumerable<string> Named(KontraktSettings settings) => [.. settings.Templates, Path.Combine(settings.Directory, Folder)];

    private static IReadOnlyList<KontraktFolder> Kontrakts(KontraktSettings settings) => KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory);

    /// <summary>What is in an assertion is one, also of a template.</summary>
    private static IEnumerable<string> TemplateFiles(KontraktFolder kontrakt) => kontrakt.Files.Where(file => ManifestRoles.Of(file) == ManifestRole.Object);

    internal static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
            return [path];
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", AllBelow).Where(IsYaml).Order(StringComparer.Ordinal) : [];
    }

    private static bool IsYaml(string file) => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml";
}
