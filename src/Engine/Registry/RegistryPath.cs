using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

internal enum RegistryPlace
{
    Unknown,
    Root,
    Token,
    Catalog,
    Blob,
    Uploads,
    Upload,
    Manifest,
    Tags,
    Referrers,
}

/// <summary>What a path below /v2/ speaks of. Read from its end, as a repository may be called "a/blobs/b".</summary>
/// <param name="Reference">The last part: a digest, a tag, an upload.</param>
internal readonly record struct RegistryPath(RegistryPlace Place, string Repository, string Reference)
{
    public static RegistryPath Parse(string path)
    {
        var parts = path.Split('/');
        return parts switch
        {
            ["", "v2"] or ["", "v2", ""] => new(RegistryPlace.Root, "", ""),
            ["", "v2", "token"] => new(RegistryPlace.Token, "", ""),
            ["", "v2", "_catalog"] => new(RegistryPlace.Catalog, "", ""),
            ["", "v2", .. var name, "blobs", "uploads", ""] => Of(RegistryPlace.Uploads, name, ""),
            ["", "v2", .. var name, "blobs", "uploads"] => Of(RegistryPlace.Uploads, name, ""),
            ["", "v2", .. var name, "blobs", "uploads", var id] => Of(RegistryPlace.Upload, name, id),
            ["", "v2", .. var name, "blobs", var digest] => Of(RegistryPlace.Blob, name, digest),
            ["", "v2", .. var name, "manifests", var reference] => Of(RegistryPlace.Manifest, name, reference),
            ["", "v2", .. var name, "tags", "list"] => Of(RegistryPlace.Tags, name, ""),
            ["", "v2", .. var name, "referrers", var digest] => Of(RegistryPlace.Referrers, name, digest),
            _ => new(RegistryPlace.Unknown, "", ""),
        };
    }

    /// <summary>Letters, digits and single separators between slashes: as a name of a file it cannot lead anywhere else.</summary>
    public static bool IsRepository(string name) =>
        ImageReference.TryParse("localhost/" + name, out var parsed, out _) && parsed.Repository == name && parsed is { Tag: null, Digest: null };

    private static RegistryPath Of(RegistryPlace place, string[] name, string reference) => new(place, string.Join('/', name), reference);
}
