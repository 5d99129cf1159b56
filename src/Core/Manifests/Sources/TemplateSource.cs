using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>Where files of a template's workspace come from.</summary>
/// <param name="Location">Where it is written; null for a command line.</param>
[JsonDerivedType(typeof(Folder), "folder")]
[JsonDerivedType(typeof(Git), "git")]
[JsonDerivedType(typeof(Image), "image")]
[JsonDerivedType(typeof(Text), "text")]
public abstract record TemplateSource(SourceLocation? Location)
{
    /// <summary>The folder of the workspace that it goes to, relative; empty for the workspace itself.</summary>
    public string Target { get; init; } = "";

    /// <summary>The same for what means the same.</summary>
    [JsonIgnore]
    public string Key => this switch
    {
        Folder folder => $"source={folder.Directory}",
        Git git => $"git={git.Url}&revision={git.Revision}&subpath={git.SubPath}",
        Image image => $"image={image.Reference}",
        Text text => $"file={text.Path}={Convert.ToBase64String(text.Content.Span)}",
        _ => throw new InvalidOperationException($"an unknown source {this}"),
    } + (Target.Length == 0 ? "" : $"&target={Target}");

    /// <param name="Directory">A full path. Its ignore file says what stays out.</param>
    public sealed record Folder(string Directory, SourceLocation? Location) : TemplateSource(Location);

    /// <param name="Revision">A branch, a tag or a commit; empty for what the repository calls HEAD.</param>
    /// <param name="SubPath">The folder of the repository; empty for all of it.</param>
    public sealed record Git(string Url, string Revision, string SubPath, SourceLocation? Location) : TemplateSource(Location)
    {
        /// <summary>Null: git's own helpers know, or nobody need. Never recorded.</summary>
        [JsonIgnore]
        public GitCredentials? Credentials { get; init; }
    }

    /// <param name="Reference">An image by tag or digest.</param>
    /// <param name="Path">A folder of the image; null: the one that a label of the image names.</param>
    /// <param name="Labels">Those labels, in the order of preference.</param>
    public sealed record Image(string Reference, string? Path, IReadOnlyList<string> Labels, SourceLocation? Location) : TemplateSource(Location);

    /// <param name="Path">Relative to the workspace.</param>
    public sealed record Text(string Path, ReadOnlyMemory<byte> Content, SourceLocation? Location) : TemplateSource(Location);
}

/// <summary>What a private repository asks for. Never part of a command line, a log or a message.</summary>
public abstract record GitCredentials
{
    public sealed record Basic(string User, string Password) : GitCredentials
    {
        public override string ToString() => nameof(Basic);
    }

    /// <param name="KnownHosts">Null: the user's own file.</param>
    public sealed record Ssh(string PrivateKey, string? KnownHosts) : GitCredentials
    {
        public override string ToString() => nameof(Ssh);
    }
}
