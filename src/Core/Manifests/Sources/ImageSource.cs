using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// What an image is made from: a closed family, each with its name, its place, what it is built from and what it depends on. Read once from an image: (or
/// an item, or a Build document), it is what is planned, recorded, built and found again. How each is built is in one place, Images' ImageBuilds.
/// </summary>
[JsonDerivedType(typeof(Project), "project")]
[JsonDerivedType(typeof(Dockerfile), "dockerfile")]
[JsonDerivedType(typeof(Template), "template")]
[JsonDerivedType(typeof(Document), "document")]
public abstract record ImageSource
{
    /// <summary>The same for all uses that one build serves. What was built is known by it.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>The last part of the repository, KO_DOCKER_REPO/Name. Any text until it is planned; empty where nobody says.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the image is called where nobody says.</summary>
    [JsonIgnore]
    public abstract string DefaultName { get; }

    /// <summary>The first use in YAML, or the item; for errors that have no better place.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What builds it, in a word or two; null: nobody here does.</summary>
    [JsonIgnore]
    public abstract string? Builder { get; }

    /// <summary>Names the files and folders that it is built from.</summary>
    public virtual void AddInputs(SourceInputs inputs)
    {
    }

    /// <summary>Whether it names an image that is built in the same run, which then is built first.</summary>
    /// <param name="image">Registry and repository of that one.</param>
    /// <param name="repository">KO_DOCKER_REPO.</param>
    public virtual bool StandsOn(string image, string repository) => false;

    /// <summary>Which of several builds serves it, by their keys; null where none does.</summary>
    public virtual string? FindIn(IReadOnlyCollection<string> keys) => keys.Contains(Key) ? Key : null;

    private static bool AnyNames(IEnumerable<string> texts, string image, string repository) => texts
        .Select(text => text.Replace("${KO_DOCKER_REPO}", repository, StringComparison.Ordinal))
        .Any(text => text == image || text.StartsWith(image + ":", StringComparison.Ordinal) || text.StartsWith(image + "@", StringComparison.Ordinal));

    /// <summary>An image by its reference. Where no container runs it, "image" may mean something else, and the text may be any.</summary>
    public sealed record Reference(string Text) : ImageSource
    {
        public override string Key => Text;
        public override string DefaultName => Text;
        public override string? Builder => null;
    }

    /// <param name="ProjectFile">Full path.</param>
    public sealed record Project(string ProjectFile) : ImageSource
    {
        public const string Sdk = "SDK containers";

        public override string Key => ProjectFile;
        public override string DefaultName => Path.GetFileNameWithoutExtension(ProjectFile);
        public override string? Builder => Sdk;

        public override void AddInputs(SourceInputs inputs) => inputs.AddProject(ProjectFile);
    }

    /// <param name="File">Full path.</param>
    /// <param name="Context">The folder it is built in, a full path.</param>
    /// <param name="Target">The stage to build; null for the last.</param>
    /// <param name="Platform">os/arch[/variant]; null for the executor's own.</param>
    public sealed record Dockerfile(string File, string Context, string? Target = null, string? Platform = null) : ImageSource
    {
        public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();
        public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
        /// <summary>Whether layers are kept in the registry, beside the image, for later builds.</summary>
        public bool Cache { get; init; }
        /// <summary>Where each secret is read from that commands may mount, by id; never the secret itself.</summary>
        public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

        public override string Key
        {
            get
            {
                (string Name, string? Value)[] parts = [("context", Context == Path.GetDirectoryName(File) ? null : Context), ("platform", Platform), ("target", Target)];
                var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
                return query.Length == 0 ? File : $"{File}?{query}";
            }
        }

        public override string DefaultName => DockerfileSources.NameOf(this);
        public override string? Builder => "Kaniko";

        /// <summary>The Dockerfile as seen from its context folder.</summary>
        [JsonIgnore]
        public string PathInContext => Path.GetRelativePath(Context, File).Replace('\\', '/');

        /// <summary>Whether it is outside of its context; then the build gets it beside the context.</summary>
        [JsonIgnore]
        public bool IsOutside => PathInContext.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(PathInContext);

        /// <summary>The ignore file may be beside the Dockerfile; a secret may also be a variable, which is not a file.</summary>
        public override void AddInputs(SourceInputs inputs) => inputs.Add([Context, File, File + ".dockerignore", .. Secrets.Values.Where(Path.IsPathRooted)]);

        /// <summary>Where the YAML does not say how to build it, its only build serves it: an item may say that.</summary>
        public override string? FindIn(IReadOnlyCollection<string> keys) => base.FindIn(keys)
            ?? (Target is null && Platform is null && keys.Where(key => key.StartsWith(File + "?", StringComparison.Ordinal)).ToList() is [var only] ? only : null);
    }

    public sealed record Template(TemplateUse Use) : ImageSource
    {
        public override string Key => Use.Key;
        public override string DefaultName => Use.DefaultName;
        public override string? Builder => $"template {Use.Template}";

        /// <summary>A source from an image is not a file of the repository.</summary>
        public override void AddInputs(SourceInputs inputs)
        {
            inputs.Add([.. Use.Sources.OfType<TemplateSource.Folder>().Select(folder => folder.Directory)]);
            inputs.AddTemplates();
            foreach (var git in Use.Sources.OfType<TemplateSource.Git>())
                inputs.AddGit(git.Url, git.Revision);
        }

        public override bool StandsOn(string image, string repository) => AnyNames(Use.Arguments.Select(argument => argument.Value), image, repository);
    }

    /// <summary>A Build document of a kontrakt.</summary>
    /// <param name="File">The file of the document, a full path.</param>
    /// <param name="Title">The document's name.</param>
    public sealed record Document(string File, [property: JsonPropertyName("document")] string Title) : ImageSource
    {
        /// <summary>Texts of the document that may name images.</summary>
        public IReadOnlyList<string> Texts { get; init; } = [];

        public override string Key => $"{File}#{Title}";
        public override string DefaultName => Title;
        public override string? Builder => "Build document";

        /// <summary>What it says itself is a part of the kontrakt.</summary>
        public override void AddInputs(SourceInputs inputs) => inputs.AddTemplates();

        public override bool StandsOn(string image, string repository) => AnyNames(Texts, image, repository);
    }
}
