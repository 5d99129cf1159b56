using Kontrakt.Oci.Names;

namespace Kontrakt.Settings;

/// <summary>KO_DOCKER_REPO: a registry with an optional port and path, in front of every image that is built.</summary>
public static class RepositoryPrefix
{
    /// <summary>
    /// Takes slashes off the end, completes a path on Docker Hub with its registry, and checks the rest as the beginning of an image reference.
    /// Any registry name is accepted, ko.local too.
    /// </summary>
    /// <returns>What is wrong; null when it is one.</returns>
    public static string? Problem(string text, out string normalized)
    {
        normalized = text.Trim().TrimEnd('/');
        if (normalized.Contains("://", StringComparison.Ordinal))
            return "it has a scheme; leave out what is before the host";
        if (normalized.Length == 0)
            return "it is empty";
        if (normalized.Contains('@'))
            return "it holds '@'; user and password belong into docker's config (docker login), and a digest does not belong here";
        if (normalized.Contains("${", StringComparison.Ordinal) || normalized.Contains("$(", StringComparison.Ordinal))
            return "it holds a variable that was not replaced";
        if (normalized.Any(char.IsAsciiLetterUpper))
            return $"repository names are lower case; write '{normalized.ToLowerInvariant()}'";
        if (normalized.LastIndexOf(':') > normalized.IndexOf('/', StringComparison.Ordinal) && normalized.Contains('/') && !normalized.StartsWith('['))
            return "it holds ':' in its path, which only a port may; a tag does not belong here";
        // With a name behind it, it must be a reference. Without one, a path on Docker Hub and a registry's host are the same.
        if (!ImageReference.TryParse(normalized + "/image", out var reference, out var problem))
            return problem;
        normalized = reference.Name[..^"/image".Length];
        return null;
    }
}
