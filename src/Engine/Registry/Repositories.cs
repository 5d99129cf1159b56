using System.Text;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Which manifests a repository has, and which tags. Small files below the repository's folder: _manifests/ALGORITHM/HEX holds the media type,
/// _tags/TAG the digest, _referrers/ALGORITHM/HEX/DIGEST nothing. No repository's name can have a part that begins with '_'. The manifests
/// themselves are blobs. What a power cut left empty counts as absent.
/// </summary>
public sealed class Repositories
{
    private const string Manifests = "_manifests";
    private const string TagFolder = "_tags";
    private const string ReferrerFolder = "_referrers";

    private readonly string directory;
    private readonly Func<string> newFile;
    private readonly Lock gate;

    /// <param name="newFile">A name to write to before a move to the right place.</param>
    internal Repositories(string directory, Func<string> newFile, Lock gate) => (this.directory, this.newFile, this.gate) = (directory, newFile, gate);

    public bool Has(string repository) => Directory.Exists(Path.Combine(directory, repository, Manifests));

    public Digest? FindTag(string repository, string tag) =>
        Digest.TryParse(Read(PathOf(repository, TagFolder, tag)), out var digest) ? digest : null;

    /// <summary>The media type of a manifest; null when the repository has it not.</summary>
    public string? FindManifest(string repository, Digest digest) => Read(PathOf(repository, Manifests, digest.Algorithm, digest.Hex));

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Tags(string repository) => [.. Names(Path.Combine(directory, repository, TagFolder), files: true).Order(StringComparer.Ordinal)];

    /// <summary>All repositories, in ordinal order.</summary>
    public IReadOnlyList<string> All() => [.. Below(directory, "").Order(StringComparer.Ordinal)];

    /// <summary>The manifests that name another as their subject.</summary>
    public IReadOnlyList<Digest> Referrers(string repository, Digest subject) =>
        [.. from name in Names(PathOf(repository, ReferrerFolder, subject.Algorithm, subject.Hex), files: true).Order(StringComparer.Ordinal)
            let referrer = Digest.TryParse(name, out var parsed) ? parsed : (Digest?)null
            where referrer is not null && FindManifest(repository, referrer.Value) is not null
            select referrer.Value];

    internal IReadOnlyList<Digest> ManifestsOf(string repository) =>
        [.. from algorithm in Names(Path.Combine(directory, repository, Manifests), files: false)
            from hex in Names(PathOf(repository, Manifests, algorithm), files: true)
            let digest = Digest.TryParse($"{algorithm}:{hex}", out var parsed) ? parsed : (Digest?)null
            where digest is not null
            select digest.Value];

    internal void Add(string repository, Digest digest, string mediaType, Digest? subject)
    {
        lock (gate)
        {
            if (subject is { } of)
                Write(PathOf(repository, ReferrerFolder, of.Algorithm, of.Hex, digest.ToString()), "");
            Write(PathOf(repository, Manifests, digest.Algorithm, digest.Hex), mediaType);
        }
    }

    internal void SetTag(string repository, string tag, Digest digest)
    {
        lock (gate)
            Write(PathOf(repository, TagFolder, tag), digest.ToString());
    }

    internal bool DeleteTag(string repository, string tag)
    {
        lock (gate)
            return Delete(PathOf(repository, TagFolder, tag));
    }

    /// <summary>With the tags that point to it.</summary>
    internal bool DeleteManifest(string repository, Digest digest, Digest? subject)
    {
        lock (gate)
        {
            foreach (var tag in Tags(repository).Where(tag => FindTag(repository, tag) == digest))
                DeleteTag(repository, tag);
            if (subject is { } of)
                Delete(PathOf(repository, ReferrerFolder, of.Algorithm, of.Hex, digest.ToString()));
            return Delete(PathOf(repository, Manifests, digest.Algorithm, digest.Hex));
        }
    }

    private static IEnumerable<string> Below(string folder, string prefix)
    {
        foreach (var name in Names(folder, files: false))
        {
            if (name == Manifests)
                yield return prefix.TrimEnd('/');
            if (name.StartsWith('_'))
                continue;
            foreach (var repository in Below(Path.Combine(folder, name), $"{prefix}{name}/"))
                yield return repository;
        }
    }

    private static IEnumerable<string> Names(string folder, bool files)
    {
        try
        {
            return [.. (files ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder)).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } text ? text : null;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write(string path, string text)
    {
        var file = newFile();
        try
        {
            File.WriteAllText(file, text, Encoding.ASCII);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? directory);
            File.Move(file, path, overwrite: true);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>With the folders that it leaves empty.</summary>
    private bool Delete(string path)
    {
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder != directory && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder))
            Directory.Delete(folder);
        return true;
    }

    private string PathOf(string repository, params ReadOnlySpan<string> names) => Path.Combine([directory, repository, .. names]);
}
