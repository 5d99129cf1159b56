using Kontrakt.Manifests;
using Kontrakt.Manifests.Rendering;

namespace Kontrakt.Tests.Manifests;

/// <summary>The folder of a kontrakt with a chart, and a shell script in the place of helm.</summary>
internal sealed class HelmStandIn : IDisposable
{
    /// <param name="script">What it does; null: there is no helm.</param>
    public HelmStandIn(string? script, TimeSpan? limit = null)
    {
        Folder.Write("shop-kontrakt/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        Directory.CreateDirectory(Folder.At("bin"));
        Programs = new(Folder.At("bin"), limit ?? TimeSpan.FromMinutes(1));
        if (script is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder.Write("bin/helm", $"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public TempFolder Folder { get; } = new();

    public RendererPrograms Programs { get; }

    public string At(string name) => Folder.At(name);

    /// <summary>Writes what it prints.</summary>
    public HelmStandIn Printing(string output)
    {
        Folder.Write("output", output);
        return this;
    }

    public Task<KontraktFolder> RenderAsync(CancellationToken cancellationToken = default) =>
        ManifestRenderer.RenderAsync(KontraktDiscovery.Discover(Folder.Path).Single(), Folder.At("out"), Programs, cancellationToken);

    public void Dispose() => Folder.Dispose();
}
