using System.Diagnostics.CodeAnalysis;

namespace Kontrakt.Oci.Names;

/// <summary>
/// An image reference, parsed once and strictly (grammar: distribution/reference): registry, repository, tag, digest.
/// Docker Hub's short names are completed ("nginx" is docker.io/library/nginx).
/// </summary>
public sealed record ImageReference
{
    private ImageReference() { }

    /// <summary>Host and port in lower case, "docker.io" for Docker Hub.</summary>
    public required string Registry { get; init; }
    public required string Repository { get; init; }
    public string? Tag { get; init; }
    public Digest? Digest { get; init; }

    /// <summary>Registry and repository without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>Where a manifest is asked for: the digest, else the tag, else "latest".</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag ?? "latest";

    /// <exception cref="FormatException">Says what is wrong and where.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var problem) ? reference : throw new FormatException($"'{text}' is not an image reference: {problem}");

    /// <param name="text">[registry[:port]/]repository[:tag][@digest]</param>
    /// <param name="problem">What is wrong and where, without the text itself: for the end of a sentence.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        problem = ReferenceGrammar.Split(text, out var parts);
        reference = problem is not null ? null : new()
        {
            Registry = parts.Registry,
            Repository = parts.Repository,
            Tag = parts.Tag,
            Digest = parts.Digest,
        };
        return problem is null && reference is not null;
    }

    /// <summary>Letters, digits, '_', '.' and '-', at most 128, neither '.' nor '-' first.</summary>
    public static bool IsValidTag(string tag) => ReferenceGrammar.TagProblem(tag, 0) is null;

    public ImageReference WithTag(string? tag) => this with { Tag = tag };
    public ImageReference WithDigest(Digest? digest) => this with { Digest = digest };

    /// <summary>registry/repository[:tag][@digest]</summary>
    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);
}
