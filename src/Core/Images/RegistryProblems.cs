using Kontrakt.Diagnostics;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images;

/// <summary>What a failed registry operation means for a user.</summary>
public static class RegistryProblems
{
    /// <summary>The diagnostic for a failed read of an image.</summary>
    public static Diagnostic Reading(RegistryException error, string image, SourceLocation? location) => error.Fault switch
    {
        RegistryFault.Unreachable => Ktr.RegistryUnreachable.At(location, error.Registry, error.Message),
        RegistryFault.Credentials => Ktr.RegistryCredentials.At(location, error.Registry, error.Message),
        RegistryFault.Corrupt => Ktr.RegistryCorrupt.At(location, error.Registry, error.Message),
        RegistryFault.Denied => Ktr.ImageDenied.At(location, error.Registry, image, error.Message),
        _ => Ktr.ImageMissing.At(location, image, error.Message),
    };

    /// <exception cref="KontraktException">The read failed.</exception>
    public static Task<T> ReadingAsync<T>(string image, SourceLocation? location, Func<Task<T>> read) => DescribedAsync(read, error => Reading(error, image, location));

    /// <exception cref="KontraktException">The write failed.</exception>
    public static Task<T> WritingAsync<T>(string repository, SourceLocation? location, Func<Task<T>> write) => DescribedAsync(write, error => Writing(error, repository, location));

    private static async Task<T> DescribedAsync<T>(Func<Task<T>> act, Func<RegistryException, Diagnostic> describe)
    {
        try
        {
            return await act();
        }
        catch (RegistryException error)
        {
            throw new KontraktException([describe(error)], error);
        }
    }

    /// <summary>The diagnostic for a failed write to a repository.</summary>
    public static Diagnostic Writing(RegistryException error, string repository, SourceLocation? location) => error.Fault switch
    {
        RegistryFault.Unreachable => Ktr.RegistryUnreachable.At(location, error.Registry, error.Message),
        RegistryFault.Credentials => Ktr.RegistryCredentials.At(location, error.Registry, error.Message),
        RegistryFault.Corrupt => Ktr.RegistryCorrupt.At(location, error.Registry, error.Message),
        _ => Ktr.PushRefused.At(location, error.Registry, repository, error.Message),
    };
}

/// <summary>How a run reaches registries.</summary>
public static class RegistryAccess
{
    public static RegistryOptions Options(KontraktSettings settings, IRunLog log) => Options(settings.InsecureRegistries, log) with { Mirrors = settings.RegistryMirrors };

    public static RegistryOptions Options(IReadOnlyList<string> insecureHosts, IRunLog log) => Options(insecureHosts, text => log.Report(new RunEvent.Detail(text)));

    /// <param name="onRetry">Gets the reason why something is tried again.</param>
    public static RegistryOptions Options(IReadOnlyList<string> insecureHosts, Action<string> onRetry) => new()
    {
        InsecureHosts = insecureHosts,
        // Docker's own variable, as every tool of the field reads it.
        DockerConfigDirectory = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory : null,
        OnRetry = onRetry,
    };
}
