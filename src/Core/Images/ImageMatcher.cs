using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>What image uses become.</summary>
public sealed record ImageMatchRequest
{
    public required IReadOnlyList<BuiltImage> Built { get; init; }
    /// <summary>KO_DOCKER_REPO.</summary>
    public required string Repository { get; init; }
    /// <summary>The cluster's name for <see cref="Repository"/>, for the cluster's YAML; null where the files are for people and other tools.</summary>
    public string? PullRepository { get; init; }
    /// <summary>A registry of this machine by the name that pods have for it, where a manifest uses that; null where none does.</summary>
    public (string OfPods, string Here)? Hosted { get; init; }
    /// <summary>Digests of ordinary references by their text, from <see cref="ImagePinner"/>.</summary>
    public IReadOnlyDictionary<string, Digest> Pinned { get; init; } = new Dictionary<string, Digest>();
}

/// <summary>The references that replace image uses: repository:SOURCE_REFERENCE@digest for what was built, a digest appended to what was pinned.</summary>
public sealed class ImageMatcher
{
    private readonly ImageMatchRequest _request;
    private readonly Dictionary<string, BuiltImage> _bySource;
    private readonly Dictionary<string, BuiltImage> _byName;

    public ImageMatcher(ImageMatchRequest request)
    {
        _request = request;
        _bySource = request.Built.ToDictionary(image => image.Source, StringComparer.Ordinal);
        _byName = request.Built.SelectMany(image => new[] { image.Reference.Name, PullName(image.Reference) }.Distinct().Select(name => (name, image)))
            .ToDictionary(pair => pair.name, pair => pair.image, StringComparer.Ordinal);
    }

    /// <summary>The reference that replaces a use; null to leave its text.</summary>
    /// <param name="text">The use's text with tokens replaced.</param>
    /// <exception cref="KontraktException">The use names a source that was not built, or cannot be understood.</exception>
    public string? Match(ImageUse use, string text)
    {
        if (use.Source is not ImageSource.Reference)
            return use.Source.FindIn(_bySource.Keys) is { } key
                ? Final(_bySource[key])
                : throw Ktr.ImageBuildFailed.Error(use.Location, use.Source.Key, "no build of it is recorded; run KontraktBuild first");
        if (ImageReference.TryParse(text, out var reference, out _) && reference.Digest is null
            && _byName.TryGetValue(reference.Name, out var built) && reference.Tag == built.Reference.Tag)
            return Final(built);
        return _request.Pinned.TryGetValue(text, out var digest) ? $"{text}@{digest}" : null;
    }

    private string Final(BuiltImage image) => $"{PullName(image.Reference)}:{image.Reference.Tag}@{image.Reference.Digest}";

    private string PullName(ImageReference reference) =>
        _request.PullRepository is { } pull ? RepositoryNames.Replace(reference.Name, _request.Repository, pull) : reference.Name;
}
