using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

/// <summary>
/// Stands for Kaniko's executor: says its arguments and the workspace's files on its log, and reports the digest that the workspace's file "digest"
/// holds, of an image that the test has pushed itself. It builds nothing.
/// </summary>
internal static class StandInExecutor
{
    private const int Executable = 0x1ED;

    private const string Script = """
        #!/bin/sh
        for argument in "$@"; do
          echo "argument $argument"
          case "$argument" in --digest-file=*) out=${argument#*=};; esac
        done
        cd /kaniko/kontrakt/context || exit 1
        for file in $(busybox find . -type f ! -name digest | busybox sort); do echo "file $file $(cat "$file")"; done
        echo "home $HOME in $(busybox pwd)"
        cat digest > "$out"
        """;

    /// <summary>The executor's reference by digest. Ends the test as inconclusive where busybox is absent.</summary>
    public static async Task<string> PushAsync(RegistryClient registry, TempFolder folder)
    {
        await TestImage.BusyboxAsync();
        return await PushAsync(registry, folder, "executor", [new LayerEntry.File("bin/busybox", Executable, "/bin/busybox"), new LayerEntry.SymbolicLink("bin/sh", "busybox"),
            new LayerEntry.SymbolicLink("bin/cat", "busybox"), new LayerEntry.SymbolicLink("bin/cp", "busybox"), new LayerEntry.Content("kaniko/executor", Executable, System.Text.Encoding.UTF8.GetBytes(Script))]);
    }

    /// <summary>An image with these files, whose label names /t as the folder of a function's template.</summary>
    public static async Task<string> PushAsync(RegistryClient registry, TempFolder folder, string name, IReadOnlyList<LayerEntry> entries, string? tag = null)
    {
        var image = ImageReference.Parse($"{TestImage.Registry}/kontrakt-tests/templates/{name}").WithTag(tag ?? "1");
        var layer = await LayerWriter.WriteAsync(entries, folder.At($"layer-{name}-{Guid.NewGuid():N}"), CancellationToken.None);
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
            Environment = ["PATH=/bin"],
            Entrypoint = ["/kaniko/executor"],
            Labels = new Dictionary<string, string> { ["io.dispatchframework.function.template"] = "/t" },
        };
        var pushed = await ImagePusher.PushAsync(registry, image, new() { Config = config, Layers = [new ImageLayer.OnDisk(layer)] }, CancellationToken.None);
        return image.WithDigest(pushed.Manifest.Digest).ToString();
    }
}
