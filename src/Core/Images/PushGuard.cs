using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Images;

/// <summary>KontraktPushRegistries: where images may be pushed; a guard against a KO_DOCKER_REPO left over from elsewhere.</summary>
public static class PushGuard
{
    /// <param name="name">Registry and repository.</param>
    /// <param name="allowed">Registries, or registries with a path (without a registry: on Docker Hub); empty allows all.</param>
    public static bool Allows(string name, IReadOnlyList<string> allowed) =>
        allowed.Count == 0 || allowed.Any(entry => RepositoryNames.IsBelow(name, entry) || RepositoryNames.IsBelow(name, "docker.io/" + entry));

    /// <summary>KontraktPushRegistries; and where nobody set KO_DOCKER_REPO, the embedded engine's registry, which leaves nothing of this machine.</summary>
    /// <param name="repository">Where the run's images are.</param>
    public static IReadOnlyList<string> Allowed(KontraktSettings settings, string? repository) =>
        settings.PushRegistries.Count > 0 && settings.Repository is null && repository is not null ? [.. settings.PushRegistries, repository] : settings.PushRegistries;

    /// <exception cref="KontraktException">KTR2006: the name is outside of what is allowed.</exception>
    public static void Require(string name, IReadOnlyList<string> allowed, SourceLocation? place)
    {
        if (!Allows(name, allowed))
            throw new KontraktException([Problem(name, allowed, place)]);
    }

    internal static Diagnostic Problem(string name, IReadOnlyList<string> allowed, SourceLocation? place) =>
        Ktr.PushNotAllowed.At(place, name, string.Join(", ", allowed));
}
