using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>A Dockerfile that is built in the cluster, by Kaniko in a pod.</summary>
public sealed record DockerfileBuild : ImageBuild
{
    /// <summary>The Dockerfile, a full path.</summary>
    public required string File { get; init; }
    /// <summary>The folder it is built in, a full path.</summary>
    public required string Context { get; init; }
    /// <summary>The stage to build; null for the last.</summary>
    public string? Target { get; init; }
    /// <summary>os/arch[/variant]; null for the executor's own.</summary>
    public string? Platform { get; init; }
    public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Whether layers are kept in the registry, beside the image, for later builds.</summary>
    public bool Cache { get; init; }

    /// <summary>Where each secret is to be had that commands may mount, by id; never the secret itself.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    public override string Builder => "Kaniko";

    /// <summary>The Dockerfile as seen from its context folder.</summary>
    [JsonIgnore]
    public string PathInContext => Path.GetRelativePath(Context, File).Replace('\\', '/');

    /// <summary>Whether it does not lie in its context; then it comes to the build beside it.</summary>
    [JsonIgnore]
    public bool IsOutside => PathInContext.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(PathInContext);

    /// <param name="item">How to build it; null where only the YAML names it.</param>
    public static DockerfileBuild For(ImageSource.Dockerfile source, ImageItem? item, string name, SourceLocation? location) => new()
    {
        Key = source.Key,
        Name = name,
        Location = location,
        File = source.File,
        Context = source.Context,
        Target = source.Target,
        Platform = source.Platform,
        BuildArgs = item?.BuildArgs ?? new Dictionary<string, string>(),
        Labels = item?.Labels ?? new Dictionary<string, string>(),
        Cache = item?.Cache ?? false,
        Secrets = item?.Secrets ?? new Dictionary<string, string>(),
    };

    public override Task<BuiltImage> RunAsync(ImageReference image, BuildSite site, CancellationToken cancellationToken) =>
        new DockerfileRun(this, image, site).RunAsync(cancellationToken);
}
