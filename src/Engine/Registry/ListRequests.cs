using System.Globalization;
using Kontrakt.Oci.Model;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Registry;

/// <summary>What there is (distribution-spec, "Content Discovery").</summary>
internal sealed class ListRequests(BlobStore store)
{
    /// <summary>Of one page; more are asked for by the Link header.</summary>
    private const int PageLimit = 10_000;

    public static Task RootAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new { }, context.RequestAborted);

    public Task CatalogAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(new { repositories = Page(context, store.Repositories.All()) }, context.RequestAborted);

    public Task TagsAsync(HttpContext context, string repository) => store.Repositories.Has(repository)
        ? context.Response.WriteAsJsonAsync(new { name = repository, tags = Page(context, store.Repositories.Tags(repository)) }, context.RequestAborted)
        : throw DistributionException.NameUnknown(repository);

    /// <summary>What is known of a manifest, known itself or not.</summary>
    public async Task ReferrersAsync(HttpContext context, string repository, string reference)
    {
        var subject = BlobRequests.Parse(reference);
        var wanted = context.Request.Query["artifactType"].ToString();
        var found = new List<Descriptor>();
        foreach (var digest in store.Repositories.Referrers(repository, subject))
        {
            if (store.FindManifest(repository, digest.ToString()) is not { } referrer)
                continue;
            var facts = BlobStore.Read(referrer.Content);
            if (wanted.Length == 0 || facts.ArtifactType == wanted)
                found.Add(new(referrer.Content.MediaType, digest, referrer.Content.Bytes.Length) { ArtifactType = facts.ArtifactType, Annotations = facts.Annotations });
        }
        if (wanted.Length > 0)
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        var index = new ImageIndex { Manifests = found }.ToContent();
        context.Response.ContentType = index.MediaType;
        context.Response.ContentLength = index.Bytes.Length;
        await context.Response.BodyWriter.WriteAsync(index.Bytes, context.RequestAborted);
    }

    private static string[] Page(HttpContext context, IReadOnlyList<string> names)
    {
        var query = context.Request.Query;
        var size = PageLimit;
        if (query["n"].ToString() is { Length: > 0 } text)
            size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, PageLimit) : throw DistributionException.PageInvalid(text);
        var last = query["last"].ToString();
        var left = names.Where(name => last.Length == 0 || string.CompareOrdinal(name, last) > 0).Take(size + 1).ToArray();
        var page = left.Length > size ? left[..size] : left;
        if (page.Length > 0 && left.Length > page.Length)
            context.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{context.Request.Path}?n={size}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"");
        return page;
    }
}
