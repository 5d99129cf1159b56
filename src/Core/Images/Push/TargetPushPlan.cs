using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Push;

/// <summary>One image to push: from where by digest, to which repository, under which tags.</summary>
public sealed record PlannedPush(ImageReference Source, ImageReference Destination, IReadOnlyList<string> Tags, SourceLocation Location);

/// <summary>
/// What a push does, decided without a registry. An image below KO_DOCKER_REPO goes to the same path below the push repository, under SOURCE_REFERENCE and
/// the further tags. Another image is somebody else's: it is copied, under the tag it has, only where there is a push repository of its own.
/// </summary>
public sealed record TargetPushPlan(IReadOnlyList<PlannedPush> Pushes)
{
    /// <exception cref="KontraktException">Every target without a digest, and every one whose registry is not allowed.</exception>
    public static TargetPushPlan For(TargetPushRequest request)
    {
        var problems = new List<Diagnostic>(ProblemsOf(request.Tags));
        var pushes = new List<PlannedPush>();
        foreach (var target in request.Targets.DistinctBy(target => target.Image))
        {
            if (Plan(request, target, problems) is { } push)
                pushes.Add(push);
        }
        KontraktException.ThrowIfAny(problems);
        return new([.. pushes.DistinctBy(push => (push.Destination.Name, push.Source.Digest))]);
    }

    /// <summary>What is wrong with the further tags.</summary>
    public static IEnumerable<Diagnostic> ProblemsOf(IReadOnlyList<string> tags) => tags.Where(tag => !ImageReference.IsValidTag(tag)).Select(tag =>
        Ktr.InvalidSetting.At(null, "KontraktPushTags", tag, "this is not a tag (letters, digits, '_', '.', '-', at most 128, not beginning with '.' or '-')"));

    private static PlannedPush? Plan(TargetPushRequest request, TargetImage target, List<Diagnostic> problems)
    {
        var image = request is { PullRepository: { } pull, Repository: { } built } ? RepositoryNames.Move(target.Image, pull, built) : target.Image;
        if (image.Digest is null)
        {
            problems.Add(Ktr.TargetWithoutDigest.At(target.Location, target.Image, "it was not built in this run and has none in its name"));
            return null;
        }
        var own = request.Repository is { } made && RepositoryNames.IsBelow(image.Name, made);
        if (!own && request.PushRepository is null)
            return null;
        var name = request.PushRepository is not { } repository ? image.Name
            : own ? RepositoryNames.Replace(image.Name, request.Repository ?? "", repository)
            : $"{repository.TrimEnd('/')}/{image.Repository}";
        if (!ImageReference.TryParse(name, out var destination, out var problem))
            problems.Add(Ktr.InvalidSetting.At(target.Location, "KontraktPushRepository", request.PushRepository, problem));
        else if (!PushGuard.Allows(destination.Name, request.AllowedRegistries))
            problems.Add(PushGuard.Problem(destination.Name, request.AllowedRegistries, target.Location));
        else
            return new(image.WithTag(null), destination, own ? [request.SourceReference, .. request.Tags.Where(tag => tag != request.SourceReference)] : [image.Tag ?? request.SourceReference], target.Location);
        return null;
    }
}

/// <summary>What is pushed after a run that passed, and where to.</summary>
public sealed record TargetPushRequest
{
    public required IReadOnlyList<TargetImage> Targets { get; init; }
    /// <summary>KO_DOCKER_REPO, where the build put what it made; null where it made nothing, and every target is somebody else's.</summary>
    public required string? Repository { get; init; }
    /// <summary>The cluster's name for it.</summary>
    public string? PullRepository { get; init; }
    /// <summary>KontraktPushRepository: where targets go; null: they stay in KO_DOCKER_REPO and get their tags there.</summary>
    public string? PushRepository { get; init; }
    /// <summary>SOURCE_REFERENCE.</summary>
    public required string SourceReference { get; init; }
    /// <summary>KontraktPushTags: further tags, such as latest.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
    /// <summary>KontraktPushRegistries: registries, or registries with a path, that may be pushed to; empty allows all.</summary>
    public IReadOnlyList<string> AllowedRegistries { get; init; } = [];
}
