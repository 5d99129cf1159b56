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
        var problems = new List<Diagnostic>();
        problems.AddRange(request.Tags.Where(tag => !ImageReference.IsValidTag(tag)).Select(tag =>
            Ktr.InvalidSetting.At(null, "KontraktPushTags", tag, "this is no tag (letters, digits, '_', '.', '-', at most 128, not beginning with '.' or '-')")));
        var pushes = new List<PlannedPush>();
        foreach (var target in request.Targets.DistinctBy(target => target.Text))
        {
            if (Plan(request, target, problems) is { } push)
                pushes.Add(push);
        }
        KontraktException.ThrowIfAny(problems);
        return new([.. pushes.DistinctBy(push => (push.Destination.Name, push.Source.Digest))]);
    }

    private static PlannedPush? Plan(TargetPushRequest request, TargetImage target, List<Diagnostic> problems)
    {
        var text = request is { PullRepository: { } pull, Repository: { } built } ? RepositoryNames.Replace(target.Text, pull, built) : target.Text;
        if (!ImageReference.TryParse(text, out var image, out var problem))
        {
            problems.Add(Ktr.InvalidImage.At(target.Location, target.Text, problem));
            return null;
        }
        if (image.Digest is null)
        {
            problems.Add(Ktr.TargetWithoutDigest.At(target.Location, target.Text, "it was not built in this run and has none in its name"));
            return null;
        }
        var own = request.Repository is { } made && RepositoryNames.IsBelow(image.Name, made);
        if (!own && request.PushRepository is null)
            return null;
        var name = request.PushRepository is not { } repository ? image.Name
            : own ? RepositoryNames.Replace(image.Name, request.Repository ?? "", repository)
            : $"{repository.TrimEnd('/')}/{image.Repository}";
        if (!ImageReference.TryParse(name, out var destination, out problem))
            problems.Add(Ktr.InvalidSetting.At(target.Location, "KontraktPushRepository", request.PushRepository, problem));
        else if (!PushGuard.Allows(destination.Name, request.AllowedRegistries))
            problems.Add(PushGuard.Problem(destination.Name, request.AllowedRegistries, target.Location));
        else
            return new(image.WithTag(null), destination, own ? [request.SourceReference, .. request.Tags.Where(tag => tag != request.SourceReference)] : [image.Tag ?? request.SourceReference], target.Location);
        return null;
    }
}
