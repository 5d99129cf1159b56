using System.Text;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// Tells skopeo, podman and buildah that the engine's registry speaks plain HTTP: for them localhost is a registry like any other, so they insist on
/// TLS without it. A file of its own in the user's registries.conf.d (containers-registries.conf.d(5)), for as long as the engine runs. One that an
/// engine left which was killed is written again by its next start, which has the same port.
/// </summary>
/// <param name="folder">Null: nothing is written.</param>
/// <param name="registry">localhost with the port.</param>
internal sealed class RegistriesFile(string? folder, string registry)
{
    private readonly string? path = folder is null ? null : Path.Combine(folder, $"kontrakt-engine-{registry.Replace(':', '-')}.conf");

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write()
    {
        if (folder is null || path is null)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(path, $"""
            # The registry of Kontrakt's embedded engine, on this machine only. Written when the engine starts, deleted when it ends.
            [[registry]]
            location = "{registry}"
            insecure = true

            """, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    public void Delete()
    {
        if (path is not null)
            File.Delete(path);
    }
}
