using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>
/// A distribution client (OCI distribution-spec 1.1) for any number of registries; one per run. Safe for concurrent use.
/// Every operation throws <see cref="RegistryException"/> for what a registry or the way to it does wrong.
/// </summary>
public sealed class RegistryClient : IDisposable
{
    private const int ConfigLimit = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, RegistryConnection> connections = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> uploads = new();
    private readonly RegistryHttp http;
    private readonly DockerCredentials credentials;

    public RegistryClient(RegistryOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkSize, 1);
        Options = options;
        http = new(options);
        credentials = new(options);
    }

    public RegistryOptions Options { get; }

    /// <summary>GET /v2/ with credentials: throws <see cref="RegistryException"/> when the registry cannot be used.</summary>
    /// <param name="registry">host[:port], or docker.io.</param>
    public async Task PingAsync(string registry, CancellationToken cancellationToken)
    {
        var connection = Connection(registry);
        var request = new RegistryRequest(HttpMethod.Get, "/v2/", "", "opening /v2/");
        await connection.SendAsync(request, async (response, token) =>
        {
            if (!response.IsSuccessStatusCode)
                throw await connection.FailureAsync(request.Doing, response, token);
            // A registry says {} here; a web page is some other server on that port.
            return response.Content.Headers.ContentType?.MediaType == "text/html"
                ? throw RegistryErrors.Corrupt(registry, $"{registry} answered /v2/ with an HTML page; it is not a registry")
                : true;
        }, cancellationToken);
    }

    /// <summary>What a tag or digest points at ("latest" for neither); null when the registry has no such manifest.</summary>
    public Task<Descriptor?> ResolveAsync(ImageReference image, CancellationToken cancellationToken) => ReadAsync(image, place => ResolveThereAsync(place, cancellationToken));

    private async Task<Descriptor?> ResolveThereAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var connection = Connection(image.Registry);
        var (found, descriptor) = await connection.SendAsync(ManifestRequest(HttpMethod.Head, image), async (response, token) =>
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
                return (false, null);
            // A denied HEAD has no body to tell why; the GET below has.
            return response.IsSuccessStatusCode ? (true, ManifestAnswer.Describe(image, response)) : (true, (Descriptor?)null);
        }, cancellationToken);
        if (!found || descriptor is not null)
            return descriptor;
        return (await FindManifestThereAsync(image, cancellationToken))?.Descriptor;
    }

    /// <summary>A manifest or index, its bytes checked against the digest.</summary>
    /// <exception cref="RegistryException">NotFound among others.</exception>
    public async Task<ManifestContent> GetManifestAsync(ImageReference image, CancellationToken cancellationToken) =>
        await FindManifestAsync(image, cancellationToken)
        ?? throw new RegistryException(RegistryFault.NotFound, image.Registry, $"{image.Registry} has no '{image}'", HttpStatusCode.NotFound);

    /// <summary>Puts a manifest under the image's tag (or digest) and returns what the registry says it is.</summary>
    public async Task<Descriptor> PutManifestAsync(ImageReference image, ManifestContent manifest, CancellationToken cancellationToken)
    {
        var digest = manifest.Digest;
        if (image.Digest is { } expected && expected.Same(manifest.Bytes.Span) != expected)
            throw new ArgumentException($"the manifest's digest is {digest}, and it was to be put as {expected}", nameof(image));
        var connection = Connection(image.Registry);
        var place = image.Tag ?? image.Digest?.ToString() ?? digest.ToString();
        var request = new RegistryRequest(HttpMethod.Put, $"/v2/{image.Repository}/manifests/{place}", PushScope(image), $"writing the manifest {image.Repository}:{place}")
        {
            Content = _ => new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new(manifest.MediaType) } },
        };
        var said = await connection.SendAsync(request, async (response, token) => response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK
            ? ManifestAnswer.DigestOf(image, response)
            : throw await connection.FailureAsync(request.Doing, response, token), cancellationToken);
        if (said is null)
            return await ResolveAsync(image.WithTag(image.Tag ?? null).WithDigest(image.Tag is null ? digest : null), cancellationToken) is { } stored && stored.Digest == digest
                ? stored
                : throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} took the manifest {digest} as '{image}', but does not have it there");
        if (said.Value.Same(manifest.Bytes.Span) != said)
            throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} says that the manifest {digest}, put as '{image}', is {said}");
        return manifest.Descriptor;
    }

    /// <summary>Deletes a manifest, or a tag only, where the registry allows that. False when it was not there.</summary>
    public async Task<bool> DeleteManifestAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var connection = Connection(image.Registry);
        var request = new RegistryRequest(HttpMethod.Delete, $"/v2/{image.Repository}/manifests/{image.TagOrDigest}", $"repository:{image.Repository}:pull,push,delete", $"deleting '{image}'");
        return await connection.SendAsync(request, async (response, token) => response.StatusCode switch
        {
            HttpStatusCode.NotFound => false,
            _ when response.IsSuccessStatusCode => true,
            _ => throw await connection.FailureAsync(request.Doing, response, token),
        }, cancellationToken);
    }

    /// <summary>
    /// A blob's bytes, to be read asynchronously; a lost connection is resumed where it broke, and reading to the end throws when the bytes
    /// do not match size and digest.
    /// </summary>
    public async Task<Stream> OpenBlobAsync(ImageReference repository, Descriptor blob, CancellationToken cancellationToken) =>
        await ReadAsync<Stream>(repository, async place => await OpenBlobThereAsync(place, blob, cancellationToken)) ?? throw new InvalidOperationException("a blob is opened or not");

    private async Task<Stream> OpenBlobThereAsync(ImageReference repository, Descriptor blob, CancellationToken cancellationToken)
    {
        var connection = Connection(repository.Registry);
        var request = new RegistryRequest(HttpMethod.Get, BlobPath(repository, blob.Digest), PullScope(repository), $"reading blob {blob.Digest} of {repository.Repository}");
        var stream = new BlobStream(connection, request, blob, Options);
        try
        {
            await stream.OpenAsync(cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>How an image runs and what its layers are.</summary>
    /// <param name="image">Where <paramref name="manifest"/> is from.</param>
    public async Task<ImageConfig> GetConfigAsync(ImageReference image, ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Config.Size > ConfigLimit)
            throw RegistryErrors.Corrupt(image.Registry, $"the config of '{image}' is larger than {ConfigLimit / 1024 / 1024} MiB");
        await using var stream = await OpenBlobAsync(image, manifest.Config, cancellationToken);
        var bytes = new byte[manifest.Config.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        try
        {
            return ImageConfig.Parse(bytes);
        }
        catch (FormatException invalid)
        {
            throw RegistryErrors.Corrupt(image.Registry, $"'{image}' cannot be read: {invalid.Message}");
        }
    }

    /// <summary>
    /// Brings a blob into a repository unless it exists: mounted from <paramref name="mountFrom"/> (a repository of the same registry)
    /// where given, else uploaded, resumed after a lost connection. <paramref name="open"/> may be called again and must give a stream from the start.
    /// False when nothing had to be uploaded.
    /// </summary>
    public async Task<bool> PushBlobAsync(ImageReference repository, Descriptor blob, Func<CancellationToken, Task<Stream>> open, string? mountFrom, CancellationToken cancellationToken)
    {
        // Two images that share a layer must not upload it twice at the same time.
        var single = uploads.GetOrAdd($"{repository.Name}@{blob.Digest}", _ => new(1, 1));
        await single.WaitAsync(cancellationToken);
        try
        {
            var scope = PushScope(repository);
            if (await HasAsync(cancellationToken))
                return false;
            var upload = new BlobUpload(Connection(repository.Registry), Options, repository.Repository, blob, scope);
            if (mountFrom is not null && mountFrom != repository.Repository && await upload.MountAsync(mountFrom, cancellationToken))
                return false;
            await upload.SendAsync(open, HasAsync, cancellationToken);
            return true;

            // The answer to HEAD has no words; where it is denied, the upload that is denied next has.
            Task<bool> HasAsync(CancellationToken token) => HasBlobAsync(repository, blob.Digest, scope, deniedIsNo: true, token);
        }
        finally
        {
            single.Release();
        }
    }

    /// <summary>Begins an upload and gives it up: whoever may not push learns so before anything is built or sent.</summary>
    /// <exception cref="RegistryException">What a push to this repository would meet.</exception>
    public async Task CheckPushAsync(ImageReference repository, CancellationToken cancellationToken)
    {
        var connection = Connection(repository.Registry);
        var begin = new RegistryRequest(HttpMethod.Post, $"/v2/{repository.Repository}/blobs/uploads/", PushScope(repository), $"beginning a push to {repository.Repository}")
        {
            Content = _ => new ByteArrayContent([]),
        };
        var place = await connection.SendAsync(begin, async (response, token) => response.StatusCode == HttpStatusCode.Accepted
            ? response is { Headers.Location: { } location, RequestMessage.RequestUri: { } asked } ? new Uri(asked, location).AbsoluteUri : null
            : throw await connection.FailureAsync(begin.Doing, response, token), cancellationToken);
        // Where giving up is not supported, the registry forgets the upload in time: no status is a failure.
        if (place is not null)
            await connection.SendAsync(new(HttpMethod.Delete, place, PushScope(repository), $"giving up a push to {repository.Repository}"), (_, _) => Task.FromResult(true), cancellationToken);
    }

    /// <summary>What this machine logs in to registries with, for a program that runs elsewhere; null where they are used without.</summary>
    /// <param name="registries">By the name that a registry has there, the one that it has here.</param>
    /// <param name="tokens">What is used in their place, by the name that a registry has here.</param>
    public async Task<CredentialExport?> ExportCredentialsAsync(IEnumerable<KeyValuePair<string, string>> registries, IReadOnlyDictionary<string, RegistryToken> tokens, CancellationToken cancellationToken)
    {
        var found = new List<(string, RegistryLogin?)>();
        foreach (var (there, here) in registries)
            found.Add((there, tokens.TryGetValue(here, out var token) ? new() { User = RegistryToken.User, Password = token.Value } : await credentials.FindAsync(here, cancellationToken)));
        return CredentialExport.From(found);
    }

    /// <summary>A token with which a program elsewhere pulls from and pushes to one repository and does nothing else, from a registry that gives such at /v2/token.</summary>
    /// <exception cref="RegistryException">It gives none.</exception>
    public async Task<RegistryToken> CreateTokenAsync(ImageReference repository, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var connection = Connection(repository.Registry);
        var query = string.Create(CultureInfo.InvariantCulture, $"scope={Uri.EscapeDataString(PushScope(repository))}&lifetime={Math.Ceiling(lifetime.TotalSeconds):0}");
        var request = new RegistryRequest(HttpMethod.Get, $"/v2/token?{query}", PushScope(repository), $"asking for a token for {repository.Repository}");
        return await connection.SendAsync(request, async (response, token) => response.IsSuccessStatusCode
            ? RegistryToken.Parse(await response.Content.ReadAsByteArrayAsync(token)) ?? throw RegistryErrors.Corrupt(repository.Registry, $"{repository.Registry} answered without a token when {request.Doing}")
            : throw await connection.FailureAsync(request.Doing, response, token), cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        foreach (var connection in connections.Values)
            connection.Dispose();
        foreach (var upload in uploads.Values)
            upload.Dispose();
    }

    internal RegistryConnection Connection(string registry) => connections.GetOrAdd(registry, name => new(name, Options, http, credentials));

    private static string PullScope(ImageReference repository) => $"repository:{repository.Repository}:pull";
    private static string PushScope(ImageReference repository) => $"repository:{repository.Repository}:pull,push";
    private static string BlobPath(ImageReference repository, Digest digest) => $"/v2/{repository.Repository}/blobs/{digest}";

    private static RegistryRequest ManifestRequest(HttpMethod method, ImageReference image) =>
        new(method, $"/v2/{image.Repository}/manifests/{image.TagOrDigest}", PullScope(image), $"reading the manifest of {image.Repository}:{image.TagOrDigest}")
        {
            Headers = [new("Accept", string.Join(", ", MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerIndex))],
        };

    private Task<ManifestContent?> FindManifestAsync(ImageReference image, CancellationToken cancellationToken) => ReadAsync(image, place => FindManifestThereAsync(place, cancellationToken));

    /// <summary>From the first mirror that has it; where none does, or none can be reached, from the registry itself.</summary>
    private async Task<T?> ReadAsync<T>(ImageReference image, Func<ImageReference, Task<T?>> read) where T : class
    {
        foreach (var place in Mirrors.Of(image, Options.Mirrors))
        {
            try
            {
                if (await read(place) is { } found)
                    return found;
            }
            catch (RegistryException e)
            {
                Options.OnRetry?.Invoke($"the mirror '{place.Registry}' did not give '{image}' ({e.Message}); the next place is asked");
            }
        }
        return await read(image);
    }

    private async Task<ManifestContent?> FindManifestThereAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var connection = Connection(image.Registry);
        var request = ManifestRequest(HttpMethod.Get, image);
        return await connection.SendAsync(request, async (response, token) => response.StatusCode switch
        {
            HttpStatusCode.NotFound => null,
            HttpStatusCode.OK => await ManifestAnswer.ReadAsync(image, response, token),
            _ => throw await connection.FailureAsync(request.Doing, response, token),
        }, cancellationToken);
    }

    private async Task<bool> HasBlobAsync(ImageReference repository, Digest digest, string scope, bool deniedIsNo, CancellationToken cancellationToken)
    {
        var connection = Connection(repository.Registry);
        var request = new RegistryRequest(HttpMethod.Head, BlobPath(repository, digest), scope, $"looking for blob {digest} in {repository.Repository}");
        return await connection.SendAsync(request, async (response, token) => response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when deniedIsNo => false,
            _ => throw await connection.FailureAsync(request.Doing, response, token),
        }, cancellationToken);
    }
}
