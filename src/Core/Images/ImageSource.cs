using Kontrakt.Images.Templates;

namespace Kontrakt.Images;

/// <summary>What an image use says has to be built.</summary>
public abstract record ImageSource
{
    /// <summary>The same for all uses that one build serves, and the <see cref="BuiltImage.Source"/> of what it makes.</summary>
    public abstract string Key { get; }

    /// <param name="ProjectFile">Full path.</param>
    public sealed record Project(string ProjectFile) : ImageSource
    {
        public override string Key => ProjectFile;
    }

    public sealed record Template(TemplateUse Use) : ImageSource
    {
        public override string Key => Use.Key;
    }

    /// <param name="File">Full path.</param>
    /// <param name="Context">The folder it is built in, a full path.</param>
    /// <param name="Target">The stage to build; null for the last.</param>
    /// <param name="Platform">os/arch[/variant]; null for the executor's own.</param>
    public sealed record Dockerfile(string File, string Context, string? Target = null, string? Platform = null) : ImageSource
    {
        public override string Key
        {
            get
            {
                (string Name, string? Value)[] parts = [("context", Context == Path.GetDirectoryName(File) ? null : Context), ("platform", Platform), ("target", Target)];
                var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
                return query.Length == 0 ? File : $"{File}?{query}";
            }
        }
    }
}

/// <summary>A project whose image is to be built.</summary>
/// <param name="ProjectFile">Full path.</param>
/// <param name="Name">The last part of the repository: KO_DOCKER_REPO/Name. Empty: from the project file's name.</param>
public sealed record ImageProject(string ProjectFile, string Name);

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
    /// <summary>Where each secret is to be had that commands may mount, by id: a file's full path, or env:NAME; never the secret itself.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();
    /// <summary>Whether layers are kept in the registry, beside the image, for later builds.</summary>
    public bool Cache { get; init; }
    /// <summary>The template that it is built by; <see cref="Path"/> then names nothing on disk. Null for none.</summary>
    public TemplateUse? Template { get; init; }
}

/// <summary>What a run has to build.</summary>
/// <param name="Builds">In the cluster.</param>
public sealed record ImagePlan(IReadOnlyList<ImageProject> Projects, IReadOnlyList<Builds.ImageBuild> Builds)
{
    public int Count => Projects.Count + Builds.Count;
}
