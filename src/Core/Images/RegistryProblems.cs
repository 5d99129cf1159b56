using Kontrakt.Diagnostics;
using Kontrakt.Oci.Registry;

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

    /// <summary>The diagnostic for a failed write to a repository.</summary>
    public static Diagnostic Writing(RegistryException error, string repository, SourceLocation? location) => error.Fault switch
    {
        RegistryFault.Unreachable => Ktr.RegistryUnreachable.At(location, error.Registry, error.Message),
        RegistryFault.Credentials => Ktr.RegistryCredentials.At(location, error.Registry, error.Message),
        RegistryFault.Corrupt => Ktr.RegistryCorrupt.At(location, error.Registry, error.Message),
        _ => Ktr.PushRefused.At(location, error.Registry, repository, error.Message),
    };
}
