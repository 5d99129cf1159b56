using Kontrakt.Diagnostics;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images;

/// <summary>How a run reaches registries.</summary>
public static class RegistryAccess
{
    public static RegistryOptions Options(KontraktSettings settings, IRunLog log) => Options(settings.InsecureRegistries, log) with { Mirrors = settings.RegistryMirrors };

    public static RegistryOptions Options(IReadOnlyList<string> insecureHosts, IRunLog log) => Options(insecureHosts, text => log.Report(new RunEvent.Detail(text)));

    /// <param name="onRetry">Told why something is tried again.</param>
    public static RegistryOptions Options(IReadOnlyList<string> insecureHosts, Action<string> onRetry) => new()
    {
        InsecureHosts = insecureHosts,
        // Docker's own variable, as every tool of the field reads it.
        DockerConfigDirectory = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory : null,
        OnRetry = onRetry,
    };
}
