using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Builds;

/// <summary>An image that is to be built in the cluster; recorded when a run begins, built by a later step.</summary>
[JsonDerivedType(typeof(DockerfileBuild), "dockerfile")]
[JsonDerivedType(typeof(TemplateBuild), "template")]
[JsonDerivedType(typeof(DocumentBuild), "document")]
public abstract record ImageBuild
{
    /// <summary>The key of its source: see <see cref="ImageSource.Key"/>.</summary>
    public required string Key { get; init; }
    /// <summary>The last part of the repository: KO_DOCKER_REPO/Name.</summary>
    public required string Name { get; init; }
    /// <summary>The first use in YAML, or the item; for errors that have no better place.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What builds it, in a word or two.</summary>
    [JsonIgnore]
    public abstract string Builder { get; }

    /// <summary>Whether it says itself that it stands on an image that is built in the same run, which then comes first.</summary>
    /// <param name="image">Registry and repository of that one.</param>
    public virtual bool StandsOn(string image, string repository) => false;

    /// <summary>Builds, or finds that nothing has changed.</summary>
    /// <param name="image">Registry and repository by this machine's name, and SOURCE_REFERENCE as the tag.</param>
    /// <exception cref="KontraktException">It does not build, or cannot be pushed.</exception>
    public abstract Task<BuiltImage> RunAsync(ImageReference image, BuildSite site, CancellationToken cancellationToken);
}
