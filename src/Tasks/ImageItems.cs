using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Reads KontraktImage items: metadata Name, Dockerfile, Stage, Platform, BuildArgs, Labels, Secrets, Cache; Template, Source, Git, Revision, SubPath, Files, Parameters.</summary>
public static partial class ImageItems
{
    /// <param name="path">The item's full path.</param>
    /// <param name="project">The project's full path: where templates are used, and what their sources are relative to.</param>
    /// <exception cref="KontraktException">KTR1019: a pair without a name, or a Cache that is not true or false.</exception>
    public static ImageItem Read(ITaskItem item, string path, string project) => new(Path.TrimEndingDirectorySeparator(path))
    {
        // Built by a template it is not a file: the item itself is the name.
        Name = item.GetMetadata("Name").Length == 0 && item.GetMetadata("Template").Length > 0 ? item.ItemSpec : item.GetMetadata("Name"),
        Template = Template(item, Path.GetDirectoryName(project) ?? project, project),
        Dockerfile = item.GetMetadata("Dockerfile"),
        Target = item.GetMetadata("Stage"),
        Platform = item.GetMetadata("Platform"),
        BuildArgs = Pairs(item, "BuildArgs", path),
        Labels = Pairs(item, "Labels", path),
        Secrets = Secrets(item, Path.GetDirectoryName(project) ?? project, path),
        Cache = Boolean(item, "Cache", path),
    };

    /// <summary>An item that is built by a template: metadata in capitals are its parameters; others' are given by Parameters (NAME=value, separated by ';').</summary>
    private static TemplateUse? Template(ITaskItem item, string projectDirectory, string path)
    {
        if (item.GetMetadata("Template") is not { Length: > 0 } template)
            return null;
        var place = new SourceLocation(path);
        var capitals = item.CloneCustomMetadata().Keys.Cast<string>().Where(name => name.Any(char.IsLetter) && !name.Any(char.IsLower)).Select(name => KeyValuePair.Create(name, item.GetMetadata(name)));
        var sources = new List<TemplateSource>();
        if (item.GetMetadata("Git") is { Length: > 0 } git)
            sources.Add(new TemplateSource.Git(git, item.GetMetadata("Revision"), item.GetMetadata("SubPath"), place));
        sources.AddRange(item.GetMetadata("Source").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => new TemplateSource.Folder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, projectDirectory)), place)));
        sources.AddRange(Pairs(item, "Files", path).Select(file => new TemplateSource.Text(file.Key, Encoding.UTF8.GetBytes(file.Value), place)));
        return new()
        {
            Template = template,
            Arguments = [.. capitals.Concat(Pairs(item, "Parameters", path)).Select(pair => new TemplateArgument(pair.Key, pair.Value, place))],
            Sources = sources,
            Location = place,
        };
    }

    /// <summary>By id, a file's full path or env:NAME.</summary>
    private static Dictionary<string, string> Secrets(ITaskItem item, string projectDirectory, string path)
    {
        var secrets = Pairs(item, "Secrets", path);
        foreach (var (id, source) in secrets.ToList())
            secrets[id] = !BuildSecret.IsId(id) || source.Length == 0
                ? throw Ktr.InvalidSetting.Error(new(path), "Secrets", $"{id}={source}", "write id=file or id=env:VARIABLE; an id has letters, digits, '.', '_' and '-'")
                : source.StartsWith(BuildSecret.Variable, StringComparison.Ordinal) ? source : Path.GetFullPath(source, projectDirectory);
        return secrets;
    }

    /// <summary>Name=value;Other=value, where \; is a ; in a value.</summary>
    private static Dictionary<string, string> Pairs(ITaskItem item, string name, string path)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Separator().Split(item.GetMetadata(name)).Select(pair => pair.Trim().Replace("\\;", ";", StringComparison.Ordinal)).Where(pair => pair.Length > 0))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length < 2 || parts[0].Trim().Length == 0 || !pairs.TryAdd(parts[0].Trim(), parts[1]))
                throw Ktr.InvalidSetting.Error(new(path), name, pair, "write each name once, with a value: Name=value;Other=value");
        }
        return pairs;
    }

    private static bool Boolean(ITaskItem item, string name, string path) => item.GetMetadata(name).ToLowerInvariant() switch
    {
        "" or "false" => false,
        "true" => true,
        var text => throw Ktr.InvalidSetting.Error(new(path), name, text, "write true or false"),
    };

    [GeneratedRegex(@"(?<!\\);")]
    private static partial Regex Separator();
}
