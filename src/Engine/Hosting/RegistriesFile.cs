using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// Tells skopeo, podman and buildah that the engine's registry speaks plain HTTP: for them localhost is a registry like any other, so they insist on
/// TLS without it. A file of its own in the user's registries.conf.d (containers-registries.conf.d(5)), for as long as the engine runs. Those that
/// engines left which were killed are deleted by the next one.
/// </summary>
/// <param name="folder">Null: nothing is written.</param>
/// <param name="registry">localhost with the port.</param>
internal sealed class RegistriesFile(string? folder, string registry)
{
    private const string Prefix = "kontrakt-engine-localhost-";

    private readonly string? path = folder is null ? null : Path.Combine(folder, $"{Prefix}{registry.Split(':')[^1]}.conf");

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write()
    {
        if (folder is null || path is null)
            return;
        Directory.CreateDirectory(folder);
        Sweep(folder);
        File.WriteAllText(path, $"""
            # The registry of Kontrakt's embedded engine, on this machine only. Written when the engine starts, deleted when it ends.
            [[registry]]
            location = "{registry}"
            insecure = true

            """, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Deletes files of registries that nobody serves any more.</summary>
    private static void Sweep(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, $"{Prefix}*.conf"))
            if (int.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && !IsServed(port))
                File.Delete(file);
    }

    private static bool IsServed(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return true;
        }
    }

    public void Delete()
    {
        if (path is not null)
            File.Delete(path);
    }
}
