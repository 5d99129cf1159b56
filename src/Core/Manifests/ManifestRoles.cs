namespace Kontrakt.Manifests;

/// <summary>What a file's name says of its documents: x.assert.yaml must become true, x.error.yaml must not exist, all else is applied.</summary>
public static class ManifestRoles
{
    public static ManifestRole Of(string file) => Path.GetExtension(Path.GetFileNameWithoutExtension(file)).ToLowerInvariant() switch
    {
        ".assert" => ManifestRole.Assert,
        ".error" => ManifestRole.Error,
        _ => ManifestRole.Object,
    };

    /// <summary>Whether its values may be expressions.</summary>
    public static bool HasExpressions(string file) => Of(file) != ManifestRole.Object;
}
