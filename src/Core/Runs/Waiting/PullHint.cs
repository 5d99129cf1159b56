using Kontrakt.Images;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// What to do about an image that the cluster cannot pull. The place that Kontrakt runs in and the cluster must reach the same images: whether this
/// one can be pulled from here tells which side is at fault.
/// </summary>
internal sealed class PullHint(KontraktSettings settings)
{
    /// <summary>A registry that takes longer than this from here says nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A hint for each image, asked for together; begins with a space.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ForAsync(IEnumerable<string> images, CancellationToken cancellationToken)
    {
        var hints = await Task.WhenAll(images.Distinct(StringComparer.Ordinal).Select(async image => (Image: image, Text: await ForAsync(image, cancellationToken))));
        return hints.ToDictionary(hint => hint.Image, hint => hint.Text, StringComparer.Ordinal);
    }

    private async Task<string> ForAsync(string image, CancellationToken cancellationToken) => (await IsHereAsync(image, cancellationToken), Own(image)) switch
    {
        (true, not null) => " It can be pulled from here, and it is in this run's own registry. If the cluster knows that registry by another name, set KontraktPullRepository; if the registry needs credentials, set KontraktImagePullSecret.",
        (true, null) => " It can be pulled from here: the cluster does not reach its registry, or lacks the credentials that this machine has (KontraktImagePullSecret).",
        (false, _) => " It cannot be pulled from here either. Check its name and tag.",
        (null, not null) => " It is of this run's own registry: if the cluster knows that registry by another name, say so with KontraktPullRepository; if it wants credentials, with KontraktImagePullSecret.",
        (null, null) => " Check its name and tag, or give the cluster credentials with KontraktImagePullSecret.",
    };

    /// <summary>Whether the image is in its registry, seen from here; null where that is not known.</summary>
    private async Task<bool?> IsHereAsync(string image, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(Own(image) ?? image, out var reference, out _))
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var registry = new RegistryClient(RegistryAccess.Options(settings.InsecureRegistries, _ => { }));
            return await registry.ResolveAsync(reference, limit.Token) is not null;
        }
        catch (RegistryException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The name by which this run pushed it; null for an image of another place.</summary>
    private string? Own(string image)
    {
        var repository = settings.Repository?.TrimEnd('/');
        foreach (var known in new[] { settings.PullRepository?.TrimEnd('/'), repository })
        {
            if (!string.IsNullOrEmpty(known) && image.StartsWith(known + "/", StringComparison.Ordinal))
                return (repository ?? known) + image[known.Length..];
        }
        return null;
    }
}
