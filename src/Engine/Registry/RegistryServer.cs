using System.Net;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Registry;

/// <summary>The distribution API (distribution-spec 1.1) over a store, for this machine and its pods.</summary>
internal sealed class RegistryServer(BlobStore store, RegistryRights rights, IReadOnlyCollection<string> hostNames)
{
    private const int InsufficientStorage = 507;

    private readonly BlobRequests blobs = new(store);
    private readonly UploadRequests uploads = new(store);
    private readonly ManifestRequests manifests = new(store);
    private readonly ListRequests lists = new(store);

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        try
        {
            CheckCaller(context.Request);
            await DispatchAsync(context, RegistryPath.Parse(context.Request.Path.Value ?? ""));
        }
        catch (DistributionException refused)
        {
            await RefuseAsync(context, refused);
        }
        catch (BadHttpRequestException broken)
        {
            await RefuseAsync(context, new(broken.StatusCode, "SIZE_INVALID", $"the request's body cannot be read: {broken.Message}"));
        }
        catch (Exception gone) when (ClientReset.Is(gone))
        {
            // Else Kestrel reads what is left of the request, and logs that it cannot.
            context.Abort();
        }
        catch (IOException full) when (DiskReserve.IsFull(full))
        {
            await RefuseAsync(context, new(InsufficientStorage, "DENIED", $"the disk that holds the registry's folder '{store.Options.Directory}' is full: {full.Message}"));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException && !context.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(context, new(StatusCodes.Status500InternalServerError, "UNKNOWN", $"the registry's folder '{store.Options.Directory}' cannot be used: {failed.Message}"));
        }
    }

    private Task DispatchAsync(HttpContext context, RegistryPath path)
    {
        if (path.Repository.Length > 0 && !RegistryPath.IsRepository(path.Repository))
            throw DistributionException.NameInvalid(path.Repository);
        rights.Check(context, path);
        return (path.Place, context.Request.Method) switch
        {
            (RegistryPlace.Root, "GET" or "HEAD") => ListRequests.RootAsync(context),
            (RegistryPlace.Token, "GET") => rights.GiveTokenAsync(context),
            (RegistryPlace.Catalog, "GET") => lists.CatalogAsync(context),
            (RegistryPlace.Tags, "GET") => lists.TagsAsync(context, path.Repository),
            (RegistryPlace.Referrers, "GET") => lists.ReferrersAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Blob, "GET" or "HEAD") => blobs.ReadAsync(context, path.Reference),
            (RegistryPlace.Blob, "DELETE") => blobs.DeleteAsync(context, path.Reference),
            (RegistryPlace.Uploads, "POST") => uploads.BeginAsync(context, path.Repository),
            (RegistryPlace.Upload, "GET") => uploads.StatusAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Upload, "PATCH") => uploads.AppendAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Upload, "PUT") => uploads.FinishAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Upload, "DELETE") => uploads.GiveUpAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Manifest, "GET" or "HEAD") => manifests.ReadAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Manifest, "PUT") => manifests.PutAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Manifest, "DELETE") => manifests.DeleteAsync(context, path.Repository, path.Reference),
            (RegistryPlace.Unknown, _) => throw new DistributionException(404, "UNSUPPORTED", "the registry has no such path"),
            _ => throw new DistributionException(405, "UNSUPPORTED", $"{context.Request.Method} is not for this path"),
        };
    }

    /// <summary>
    /// A web page must not get at the registry: neither by a name of its own that it lets point to 127.0.0.1 (the Host header tells) nor by a
    /// form or script of another site (the Origin header tells).
    /// </summary>
    private void CheckCaller(HttpRequest request)
    {
        if (!IsOwn(request.Host.Host))
            throw DistributionException.Denied($"this registry is not called '{request.Host.Host}'");
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsOwn(page.Host)))
            throw DistributionException.Denied("this registry is not for web pages of other sites");
    }

    private bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))
        || hostNames.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static async Task RefuseAsync(HttpContext context, DistributionException refused)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = refused.Status;
        if (refused.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "5";
        if (refused.Challenge is { } challenge)
            context.Response.Headers.WWWAuthenticate = challenge;
        context.Response.ContentType = "application/json";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = refused.Code, message = refused.Message, detail = refused.Detail } } }, context.RequestAborted);
    }
}
