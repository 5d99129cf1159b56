using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>
/// Reads template://NAME?KEY=VALUE&amp;...: parameters of the template by their names, and in lower case what Kontrakt itself takes: source (a folder,
/// may be several times), git with revision and subpath, and name (of the image).
/// </summary>
public static class TemplateReference
{
    public const string Scheme = "template://";
    private static readonly string[] Own = ["source", "git", "revision", "subpath", "name"];

    /// <param name="directory">What a relative source is relative to.</param>
    /// <exception cref="KontraktException">KTR1049: what is wrong with the text.</exception>
    public static TemplateUse Parse(string text, string directory, SourceLocation? location)
    {
        try
        {
            return Use(SourceText.Parse(text, Scheme), text, directory, location);
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
