using System.Text;
using Kontrakt.Oci.Layers;

namespace Kontrakt.Images.HostBase;

/// <summary>A layer before it is written.</summary>
internal sealed record HostBaseLayer(string Name, IReadOnlyList<LayerEntry> Entries);

/// <summary>What goes where in the image: the C library with accounts and certificates, the runtime, ASP.NET Core.</summary>
internal static class HostBaseLayers
{
    public const string CertificatesInImage = "/etc/ssl/certs/ca-certificates.crt";

    /// <summary>Permissions, written in octal elsewhere: 0755, 0644, 01777.</summary>
    private const int Program = 0x1ED, Data = 0x1A4, Shared = 0x3FF;

    private static readonly string[] CertificatePlaces =
        [CertificatesInImage, "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

    /// <summary>The machine's certificate authorities; null where it has none.</summary>
    public static string? Certificates => CertificatePlaces.FirstOrDefault(File.Exists);

    public static IReadOnlyList<HostBaseLayer> For(HostRuntime runtime, HostLibraries libraries)
    {
        var layers = new List<HostBaseLayer>
        {
            new("the C library, OpenSSL, certificates and accounts", [.. System(libraries)]),
            new($".NET runtime {runtime.Version}", [.. Files(runtime, runtime.RuntimeFiles()), new LayerEntry.SymbolicLink("usr/bin/dotnet", "/usr/share/dotnet/dotnet")]),
        };
        if (runtime.AspNetVersion is { } version)
            layers.Add(new($"ASP.NET Core runtime {version}", [.. Files(runtime, runtime.AspNetFiles())]));
        return layers;
    }

    private static IEnumerable<LayerEntry> System(HostLibraries libraries)
    {
        yield return new LayerEntry.File(libraries.Loader.TrimStart('/'), Program, libraries.Loader);
        foreach (var file in libraries.Files)
            yield return new LayerEntry.File($"{libraries.Folder.TrimStart('/')}/{Path.GetFileName(file)}", Program, file);
        yield return Text("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n");
        yield return Text("etc/group", "root:x:0:\napp:x:1654:\n");
        yield return Text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        yield return new LayerEntry.Folder("tmp", Shared);
        yield return new LayerEntry.Folder("home/app", Program) { UserId = 1654, GroupId = 1654 };
        if (Certificates is { } certificates)
            yield return new LayerEntry.File(CertificatesInImage.TrimStart('/'), Data, certificates);
    }

    private static IEnumerable<LayerEntry> Files(HostRuntime runtime, IEnumerable<string> files) =>
        files.Select(file => new LayerEntry.File(runtime.InImage(file), IsProgram(file) ? Program : Data, file));

    private static bool IsProgram(string file) => Path.GetFileName(file) is "dotnet" or "createdump";

    private static LayerEntry.Content Text(string path, string text) => new(path, Data, Encoding.UTF8.GetBytes(text));
}
