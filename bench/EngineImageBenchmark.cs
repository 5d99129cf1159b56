using System.Globalization;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Bench;

/// <summary>engine-image: an image of 500 MB pushed to the engine's registry and read again, against Debian's docker-registry; and the engine's memory.</summary>
internal static class EngineImageBenchmark
{
    private const long Size = 500_000_000;

    public static Task RunAsync() => Engines.WithAsync(async (engine, _) =>
    {
        var work = Setting.Temporary();
        try
        {
            var image = await SmallImage.LargeAsync(work, Size);
            var before = Engines.Memory(engine);
            await Paired.RunAsync("engine-image", "at most 1", pairs: 3,
                ("500 MB pushed to the engine's registry and pulled", () => PushAndPullAsync(image, engine.Registry)),
                ("the same with docker-registry", () => PushAndPullAsync(image, Setting.Registry)));
            var after = Engines.Memory(engine);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory of the engine: {before.Now:F0} MiB before, at most {after.Peak:F0} MiB"));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    });

    /// <summary>Each time to a repository of its own: a push of what is there already would send nothing.</summary>
    private static Task<TimeSpan> PushAndPullAsync(ImageParts image, string registry) => Paired.TimeAsync(async () =>
    {
        var place = ImageReference.Parse($"{registry}/large-{Guid.NewGuid().ToString("N")[..8]}:1");
        using var client = SmallImage.Client();
        await ImagePusher.PushAsync(client, place, image, CancellationToken.None);
        await using var layer = await client.OpenBlobAsync(place, image.Layers[0].Descriptor, CancellationToken.None);
        await layer.CopyToAsync(Stream.Null);
    });
}
