using System.Net;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>
/// Manifests that say something of another one, their subject (distribution-spec 1.1, "Listing Referrers"): by the registry's referrers API, and by
/// the fallback tag where it has none. What a registry lists is a claim; whoever reads a referrer checks its subject.
/// </summary>
public static class Referrers
{
    private const int PageLimit = 4 * 1024 * 1024;
    private const int MostPages = 100;
    private const int MostTries = 5;

    /// <summary>The tag under which registries without the API keep the list.</summary>
    public static string FallbackTag(Digest subject) => $"{subject.Algorithm}-{subject.Hex[..64]}";

    /// <summary>What refers to a manifest, as the registry lists it. Empty where nothing does.</summary>
    /// <param name="subject">By digest.</param>
    /// <param name="artifactTypes">
    /// The types that are wanted. What is listed without a type is in the answer as well, and what is listed with that of an empty config: registries
    /// and programs older than the specification's 1.1 say it so, and only the manifest says more.
    /// </param>
    public static async Task<IReadOnlyList<Descriptor>> ListAsync(RegistryClient client, ImageReference subject, IReadOnlyCollection<string> artifactTypes, CancellationToken cancellationToken)
    {
        var listed = await AskAsync(client, subject, cancellationToken) ?? (await FallbackAsync(client, subject, cancellationToken))?.Manifests ?? [];
        return [.. listed.Where(each => each.ArtifactType is null or "" or MediaTypes.OciEmpty || artifactTypes.Contains(each.ArtifactType)).DistinctBy(each => each.Digest)];
    }

    /// <summary>Puts a manifest that names its subject, and sees to it that it is listed.</summary>
    /// <param name="subject">By digest.</param>
    public static async Task<Descriptor> PushAsync(RegistryClient client, ImageReference subject, ManifestContent referrer, CancellationToken cancellationToken)
    {
        var manifest = ImageManifest.Parse(referrer);
        await client.PutManifestAsync(subject.WithTag(null).WithDigest(referrer.Digest), referrer, cancellationToken);
        var descriptor = referrer.Descriptor with { ArtifactType = manifest.ArtifactType, Annotations = manifest.Annotations };
        if (await AskAsync(client, subject, cancellationToken) is null)
            await AddToFallbackAsync(client, subject, descriptor, cancellationToken);
        return descriptor;
    }

    /// <summary>The API's answer; null where the registry has no such API.</summary>
    private static async Task<IReadOnlyList<Descriptor>?> AskAsync(RegistryClient client, ImageReference subject, CancellationToken cancellationToken)
    {
        var connection = client.Connection(subject.Registry);
        var found = new List<Descriptor>();
        var visited = new HashSet<string>();
        for (var next = $"/v2/{subject.Repository}/referrers/{DigestOf(subject)}"; next is not null;)
        {
            if (!visited.Add(next) || visited.Count > MostPages)
                throw RegistryErrors.Corrupt(subject.Registry, $"{subject.Registry} does not come to an end with what refers to {subject}");
            var request = new RegistryRequest(HttpMethod.Get, next, $"repository:{subject.Repository}:pull", $"asking what refers to {subject}") { Headers = [new("Accept", MediaTypes.OciIndex)] };
            var (page, link) = await connection.SendAsync(request, async (response, token) => response.StatusCode switch
            {
                // Without the API it is a place that does not exist, or a method that is not known.
                HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => ((ImageIndex?)null, (string?)null),
                HttpStatusCode.OK => ((ImageIndex?)await ReadAsync(subject, response, token), NextPage.Of(response)),
                _ => throw await connection.FailureAsync(request.Doing, response, token),
            }, cancellationToken);
            if (page is null)
                return visited.Count == 1 ? null : found;
            found.AddRange(page.Manifests);
            next = link;
        }
        return found;
    }

    private static async Task<ImageIndex> ReadAsync(ImageReference subject, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await RegistryErrors.ReadAsync(response, PageLimit, cancellationToken)
            ?? throw RegistryErrors.Corrupt(subject.Registry, $"{subject.Registry} lists more than {PageLimit / 1024 / 1024} MiB of what refers to {subject}");
        return Parse(subject, new(MediaTypes.OciIndex, body), $"{subject.Registry} answered what refers to {subject} with something that is not an index");
    }

    private static async Task<ImageIndex?> FallbackAsync(RegistryClient client, ImageReference subject, CancellationToken cancellationToken)
    {
        var place = subject.WithDigest(null).WithTag(FallbackTag(DigestOf(subject)));
        try
        {
            var content = await client.GetManifestAsync(place, cancellationToken);
            return Parse(subject, content, $"'{place}', where what refers to {subject} is listed, is not an index");
        }
        catch (RegistryException absent) when (absent.Fault == RegistryFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Two that add at the same moment can lose one of both: who adds looks whether it exists, and adds again.</summary>
    private static async Task AddToFallbackAsync(RegistryClient client, ImageReference subject, Descriptor referrer, CancellationToken cancellationToken)
    {
        var place = subject.WithDigest(null).WithTag(FallbackTag(DigestOf(subject)));
        for (var tries = 0; tries < MostTries; tries++)
        {
            var index = await FallbackAsync(client, subject, cancellationToken) ?? new ImageIndex { Manifests = [] };
            if (index.Manifests.Any(each => each.Digest == referrer.Digest))
                return;
            await client.PutManifestAsync(place, (index with { MediaType = MediaTypes.OciIndex, Manifests = [.. index.Manifests, referrer] }).ToContent(), cancellationToken);
        }
        if ((await FallbackAsync(client, subject, cancellationToken))?.Manifests.Any(each => each.Digest == referrer.Digest) != true)
            throw RegistryErrors.Corrupt(subject.Registry, $"{subject.Registry} took '{place}' {MostTries} times and does not have what was put there");
    }

    private static ImageIndex Parse(ImageReference subject, ManifestContent content, string problem)
    {
        try
        {
            return ImageIndex.Parse(content);
        }
        catch (FormatException e)
        {
            throw RegistryErrors.Corrupt(subject.Registry, $"{problem}: {e.Message}");
        }
    }

    private static Digest DigestOf(ImageReference subject) => subject.Digest ?? throw new ArgumentException($"'{subject}' has no digest", nameof(subject));
}
