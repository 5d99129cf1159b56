using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>Who refers to whom, read from all manifests of all repositories at one moment.</summary>
internal sealed class References
{
    private readonly Dictionary<Digest, ManifestFacts> manifests = [];
    private readonly Dictionary<Digest, List<Digest>> referrers = [];

    public References(BlobStore store)
    {
        foreach (var repository in store.Repositories.All())
        {
            foreach (var digest in store.Repositories.ManifestsOf(repository))
            {
                Places.Add((repository, digest));
                if (!manifests.ContainsKey(digest) && store.Read(repository, digest) is { } facts)
                    Add(digest, facts);
            }
            foreach (var tag in store.Repositories.Tags(repository))
            {
                if (store.Repositories.FindTag(repository, tag) is { } digest)
                    Tagged.Add(digest);
            }
        }
    }

    /// <summary>Every manifest with each repository that it is in.</summary>
    public List<(string Repository, Digest Manifest)> Places { get; } = [];

    public HashSet<Digest> Tagged { get; } = [];

    /// <summary>For people: which image a blob or manifest is a part of; null for none.</summary>
    public string? Uses(Digest digest)
    {
        foreach (var (repository, manifest) in Places)
        {
            if (manifest == digest || (manifests.GetValueOrDefault(manifest) is { } facts && facts.Blobs.Concat(facts.Manifests).Any(part => part.Digest == digest)))
                return $"{repository}@{manifest}";
        }
        return null;
    }

    /// <summary>A manifest with all that it needs, and all that is reported of it (signatures, SBOMs).</summary>
    public HashSet<Digest> Closure(Digest manifest)
    {
        var closure = new HashSet<Digest>();
        var left = new Stack<Digest>([manifest]);
        while (left.TryPop(out var digest))
        {
            if (!closure.Add(digest))
                continue;
            foreach (var referrer in referrers.GetValueOrDefault(digest) ?? [])
                left.Push(referrer);
            if (manifests.GetValueOrDefault(digest) is not { } facts)
                continue;
            foreach (var part in facts.Blobs.Concat(facts.Manifests))
                left.Push(part.Digest);
        }
        return closure;
    }

    public IReadOnlyList<string> RepositoriesOf(Digest manifest) => [.. Places.Where(place => place.Manifest == manifest).Select(place => place.Repository)];

    public Digest? SubjectOf(Digest manifest) => manifests.GetValueOrDefault(manifest)?.Subject;

    private void Add(Digest digest, ManifestFacts facts)
    {
        manifests[digest] = facts;
        if (facts.Subject is not { } subject)
            return;
        if (!referrers.TryGetValue(subject, out var list))
            referrers[subject] = list = [];
        list.Add(digest);
    }
}
