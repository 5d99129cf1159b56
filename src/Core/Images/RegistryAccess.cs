using Kontrakt.Diagnostics;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images;

/// <summary>How a run reaches registries.</summary>
public static class RegistryAccess
{
    public static RegistryOptions Options(KontraktSettings settings, IRunLog log) => Options(settings.InsecureRegistries, log);

    public static RegistryOptions Options(IReadOnlyList<string> insecureHosts, IRunLog log) => new()
    {
        InsecureHosts = insecureHosts,
        // Docker's own variable, as every tool of the field reads it.
        DockerConfigDirectory = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory : null,
        OnRetry = text => log.Report(new RunEvent.Detail(text)),
    };
}
