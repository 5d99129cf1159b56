using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// Reads template://NAME?KEY=VALUE&amp;...: parameters of the template by their names, and in lower case what Kontrakt itself takes: source (a folder,
/// may be several times), git with revision and subpath, and name (of the image).
/// </summary>
public static class TemplateReference
{
    private static readonly string[] Own = ["source", "git", "revision", "subpath", "name"];

    /// <param name="directory">What a relative source is relative to.</param>
    /// <exception cref="KontraktException">KTR1049: what is wrong with the text.</exception>
    public static TemplateUse Parse(string text, string directory, SourceLocation? location)
    {
        try
        {
            return Use(SourceText.Parse(text, ImageSchemes.Template), text, directory, location);
        }
        catch (FormatException wrong)
        {
            throw Ktr.TemplateReferenceInvalid.Error(wrong, location, text, wrong.Message);
        }
    }

    private static TemplateUse Use(SourceText parts, string text, string directory, SourceLocation? location)
    {
        if (parts.Name.Length == 0 || parts.Name.Contains('/', StringComparison.Ordinal))
            throw new FormatException("the template's name is between // and ?");
        var (git, revision, path, name) = (parts.Single("git"), parts.Single("revision"), parts.Single("subpath"), parts.Single("name"));
        if (git is null && (revision ?? path) is not null)
            throw new FormatException("'revision' and 'subpath' are those of a repository, which 'git' names");
        return new()
        {
            Template = parts.Name,
            Name = name ?? "",
            Arguments = [.. parts.Values.Where(pair => !Own.Contains(pair.Key)).Select(pair => new TemplateArgument(pair.Key, pair.Value, pair.Within(location, text)))],
            Sources = [.. parts.Values.Where(pair => pair.Key is "source" or "git").Select(Source)],
            Location = location,
        };

        TemplateSource Source(SourceValue pair) => pair.Key == "git"
            ? new TemplateSource.Git(pair.Value, revision ?? "", path ?? "", pair.Within(location, text))
            : new TemplateSource.Folder(Path.GetFullPath(pair.Value, directory), pair.Within(location, text));
    }
}

/// <summary>A template with what it is used for: one image.</summary>
public sealed record TemplateUse
{
    /// <summary>The template's name.</summary>
    public required string Template { get; init; }
    /// <summary>The last part of the image's repository; empty: from its place.</summary>
    public string Name { get; init; } = "";
    public IReadOnlyList<TemplateArgument> Arguments { get; init; } = [];
    /// <summary>In the order in which they are put on each other.</summary>
    public IReadOnlyList<TemplateSource> Sources { get; init; } = [];
    /// <summary>The same for all uses that mean the same image.</summary>
    [JsonIgnore]
    public string Key => $"{ImageSchemes.Template}{Template}?{string.Join('&', Arguments.OrderBy(argument => argument.Name, StringComparer.Ordinal).Select(argument => $"{argument.Name}={argument.Value}").Concat(Sources.Select(source => source.Key)))}";

    /// <summary>What the image is called where nobody says: the last local folder's name, else the template's.</summary>
    [JsonIgnore]
    public string DefaultName => Sources.OfType<TemplateSource.Folder>().Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Directory))).LastOrDefault() ?? Template;

    /// <summary>Its place; null for a command line.</summary>
    public SourceLocation? Location { get; init; }
}
