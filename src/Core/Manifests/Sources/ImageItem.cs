namespace Kontrakt.Manifests.Sources;

/// <summary>A KontraktImage item: an image to be built whether or not a manifest names its source, and how.</summary>
/// <param name="Path">A project file, a folder with a Dockerfile, or a Dockerfile; a full path.</param>
public sealed record ImageItem(string Path)
{
    /// <summary>The last part of the repository; empty: from the path.</summary>
    public string Name { get; init; } = "";
    /// <summary>The Dockerfile, in the folder that <see cref="Path"/> is, or beside the project; empty: Dockerfile.</summary>
    public string Dockerfile { get; init; } = "";
    public string Target { get; init; } = "";
    public string Platform { get; init; } = "";
    public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Where each secret is read from that commands may mount, by id: a file's full path, or env:NAME; never the secret itself.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();
    /// <summary>Whether layers are kept in the registry, beside the image, for later builds.</summary>
    public bool Cache { get; init; }
    /// <summary>The template that it is built by; <see cref="Path"/> then names nothing on disk. Null for none.</summary>
    public TemplateUse? Template { get; init; }
}
