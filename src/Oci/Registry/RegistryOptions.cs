using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>How registries are reached.</summary>
public sealed record RegistryOptions
{
    /// <summary>
    /// host[:port], exactly as references name them, of registries whose certificate is not checked and that are spoken to over plain HTTP
    /// where HTTPS fails; loopback names always are.
    /// </summary>
    public IReadOnlyCollection<string> InsecureHosts { get; init; } = [];
    /// <summary>host[:port][/path] of mirrors of Docker Hub: its images are read there first, in this order.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];
    /// <summary>Folder of docker's config.json (DOCKER_CONFIG); ~/.docker for null.</summary>
    public string? DockerConfigDirectory { get; init; }
    /// <summary>
    /// Contents of docker's config.json to be used in place of the file, the first match first. Only their auths are: what comes from elsewhere
    /// (a cluster's Secret) must not name programs to run.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? DockerConfigs { get; init; }
    /// <summary>Contents of the same form that are looked at first: for registries that they do not name, the others hold.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> FirstDockerConfigs { get; init; } = [];
    /// <summary>
    /// How long one operation keeps retrying transient failures, counted from the first failure since it last moved on. A registry that was
    /// never reached gets at most five seconds of it, and none where its name does not exist.
    /// </summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Bytes. Blobs up to this size are uploaded in one request, larger ones in chunks of it.</summary>
    public int ChunkSize { get; init; } = 16 * 1024 * 1024;
    /// <summary>How long a registry may neither answer nor take or give a byte before the connection counts as lost.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(100);
    /// <summary>The clock of retries and token expiry.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>Called with a sentence, without credentials, about what failed and is tried again.</summary>
    public Action<string>? OnRetry { get; init; }
}

/// <summary>Where images of Docker Hub are read before Docker Hub itself is asked.</summary>
internal static class Mirrors
{
    /// <param name="mirrors">host[:port][/path] of each.</param>
    /// <returns>The same image, by each mirror's name; of another registry's images, none.</returns>
    public static IEnumerable<ImageReference> Of(ImageReference image, IReadOnlyList<string> mirrors)
    {
        if (image.Registry != RegistryConnection.DockerHub)
            yield break;
        foreach (var mirror in mirrors)
            if (ImageReference.TryParse($"{mirror.TrimEnd('/')}/{image.Repository}", out var place, out _))
                yield return place.WithTag(image.Tag).WithDigest(image.Digest);
    }
}
