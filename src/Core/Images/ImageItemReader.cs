using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images;

/// <summary>Reads KontraktImage items: metadata Name, Dockerfile, Stage, Platform, BuildArgs, Labels, Secrets, Cache; Template, Source, Git, Revision, SubPath, Files, Parameters.</summary>
/// <param name="item">The item as it is written.</param>
/// <param name="metadata">Its own metadata by name.</param>
/// <param name="path">Its full path.</param>
/// <param name="project">The project's full path: where templates are used, and what their sources are relative to.</param>
public sealed partial class ImageItemReader(string item, IReadOnlyDictionary<string, string> metadata, string path, string project)
{
    private readonly Dictionary<string, string> _metadata = new(metadata, StringComparer.OrdinalIgnoreCase);
    private readonly string _directory = Path.GetDirectoryName(project) ?? project;

    /// <exception cref="KontraktException">KTR1019: a pair without a name, or a Cache that is not true or false.</exception>
    public ImageItem Read() => new(Path.TrimEndingDirectorySeparator(path))
    {
        // Built by a template it is not a file: the item itself is the name.
        Name = Text("Name").Length == 0 && Text("Template").Length > 0 ? item : Text("Name"),
        Template = Template(),
        Dockerfile = Text("Dockerfile"),
        Target = Text("Stage"),
        Platform = Text("Platform"),
        BuildArgs = Pairs("BuildArgs", path),
        Labels = Pairs("Labels", path),
        Secrets = Secrets(),
        Cache = Boolean("Cache"),
    };

    /// <summary>An item that is built by a template: metadata in capitals are its parameters; others' are given by Parameters (NAME=value, separated by ';').</summary>
    private TemplateUse? Template()
    {
        if (Text("Template") is not { Length: > 0 } template)
            return null;
        var place = new SourceLocation(project);
        var capitals = _metadata.Where(pair => pair.Key.Any(char.IsLetter) && !pair.Key.Any(char.IsLower));
        var sources = new List<TemplateSource>();
        if (Text("Git") is { Length: > 0 } git)
            sources.Add(new TemplateSource.Git(git, Text("Revision"), Text("SubPath"), place));
        sources.AddRange(Text("Source").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => new TemplateSource.Folder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, _directory)), place)));
        sources.AddRange(Pairs("Files", project).Select(file => new TemplateSource.Text(file.Key, Encoding.UTF8.GetBytes(file.Value), place)));
        return new()
        {
            Template = template,
            Arguments = [.. capitals.Concat(Pairs("Parameters", project)).Select(pair => new TemplateArgument(pair.Key, pair.Value, place))],
            Sources = sources,
            Location = place,
        };
    }

    /// <summary>By id, a file's full path or env:NAME.</summary>
    private Dictionary<string, string> Secrets()
    {
        var secrets = Pairs("Secrets", path);
        foreach (var (id, source) in secrets.ToList())
            secrets[id] = !BuildSecret.IsId(id) || source.Length == 0
                ? throw Ktr.InvalidSetting.Error(new(path), "Secrets", $"{id}={source}", "write id=file or id=env:VARIABLE; an id has letters, digits, '.', '_' and '-'")
                : source.StartsWith(BuildSecret.Variable, StringComparison.Ordinal) ? source : Path.GetFullPath(source, _directory);
        return secrets;
    }

    /// <summary>Name=value;Other=value, where \; is a ; in a value.</summary>
    private Dictionary<string, string> Pairs(string name, string place)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Separator().Split(Text(name)).Select(pair => pair.Trim().Replace("\\;", ";", StringComparison.Ordinal)).Where(pair => pair.Length > 0))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length < 2 || parts[0].Trim().Length == 0 || !pairs.TryAdd(parts[0].Trim(), parts[1]))
                throw Ktr.InvalidSetting.Error(new(place), name, pair, "write each name once, with a value: Name=value;Other=value");
        }
        return pairs;
    }

    private bool Boolean(string name) => Text(name).ToLowerInvariant() switch
    {
        "" or "false" => false,
        "true" => true,
        var text => throw Ktr.InvalidSetting.Error(new(path), name, text, "write true or false"),
    };

    private string Text(string name) => _metadata.GetValueOrDefault(name) ?? "";

    [GeneratedRegex(@"(?<!\\);")]
    private static partial Regex Separator();
}
