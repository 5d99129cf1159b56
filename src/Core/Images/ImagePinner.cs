using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images;

/// <summary>An image use and its text with tokens replaced.</summary>
public sealed record PinCandidate(ImageUse Use, string Text);

/// <summary>Asks registries what the tags of ordinary references point at now (KontraktPinImages).</summary>
public static class ImagePinner
{
    /// <summary>The digest of each distinct text that is a reference without one. A registry is asked once for each.</summary>
    /// <exception cref="KontraktException">Every reference that could not be resolved, at its first use.</exception>
    public static async Task<IReadOnlyDictionary<string, Digest>> PinAsync(IEnumerable<PinCandidate> candidates, ImageMatchRequest request, RegistryClient registry, CancellationToken cancellationToken)
    {
        var matcher = new ImageMatcher(request);
        var asked = new List<Task<(string Text, Digest Digest, Diagnostic? Problem)>>();
        foreach (var candidate in candidates.DistinctBy(candidate => candidate.Text))
        {
            if (Unpinned(candidate, matcher, request) is { } reference)
                asked.Add(ResolveAsync(candidate, reference, registry, cancellationToken));
        }
        var answers = await Task.WhenAll(asked);
        KontraktException.ThrowIfAny([.. answers.Select(answer => answer.Problem).OfType<Diagnostic>()]);
        return answers.ToDictionary(answer => answer.Text, answer => answer.Digest, StringComparer.Ordinal);
    }

    /// <summary>The reference to ask for, by this machine's name of its registry; null for a source, a built image, a digest, and what is not a reference.</summary>
    private static ImageReference? Unpinned(PinCandidate candidate, ImageMatcher matcher, ImageMatchRequest request)
    {
        if (matcher.Match(candidate.Use, candidate.Text) is not null)
            return null;
        var text = request.PullRepository is { } pull ? RepositoryNames.Replace(candidate.Text, pull, request.Repository) : candidate.Text;
        if (request.Hosted is var (ofPods, here))
            text = RepositoryNames.Replace(text, ofPods, here);
        return ImageReference.TryParse(text, out var reference, out _) && reference.Digest is null ? reference : null;
    }

    /// <summary>Whether a text names a registry as only pods can reach it: by a Service.</summary>
    public static bool NamesAService(string text) => text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && text[..slash].Split(':')[0] is var host && (host.EndsWith(".svc", StringComparison.OrdinalIgnoreCase) || host.Contains(".svc.", StringComparison.OrdinalIgnoreCase));

    private static async Task<(string Text, Digest Digest, Diagnostic? Problem)> ResolveAsync(PinCandidate candidate, ImageReference reference, RegistryClient registry, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.ResolveAsync(reference, cancellationToken) is { } found
                ? (candidate.Text, found.Digest, null)
                : (candidate.Text, default, Ktr.ImageMissing.At(candidate.Use.Location, candidate.Text, $"the registry '{reference.Registry}' has no such tag"));
        }
        catch (RegistryException error)
        {
            return (candidate.Text, default, RegistryProblems.Reading(error, candidate.Text, candidate.Use.Location));
        }
    }
}
