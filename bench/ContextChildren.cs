using System.Diagnostics;
using System.Globalization;
using Kontrakt.Context;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Bench;

/// <summary>Pushes and scans of contexts, each in a process of its own.</summary>
internal static class ContextChildren
{
    /// <summary>Prints the bytes uploaded, those of the manifest's layer, and the peak of memory in MB.</summary>
    public static async Task PushAsync(string folder, string tag, string below, string state)
    {
        using var registry = new RegistryClient(new() { InsecureHosts = [ImageReference.Parse(tag).Registry] });
        var result = await ContextPusher.PushAsync(new() { Directory = folder, Tag = ImageReference.Parse(tag), Base = ImageReference.Parse(below), StateDirectory = state }, registry, new NoLog(), CancellationToken.None);
        var manifest = ImageManifest.Parse(await registry.GetManifestAsync(result.Reference, CancellationToken.None));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.BytesUploaded} {manifest.Layers[^1].Size} {self.PeakWorkingSet64 / 1_048_576}"));
    }

    /// <summary>Looks whether anything changed, and prints how many milliseconds that took, without the program's start.</summary>
    public static async Task ScanAsync(string folder, string state)
    {
        var image = ImageReference.Parse("localhost/none");
        var clock = Stopwatch.StartNew();
        var taken = await new ContextFolder(new() { Directory = folder, Tag = image, Base = image, StateDirectory = state }, new NoLog()).LookAsync(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMilliseconds:F1} {taken.Manifest.Files}"));
    }
}
