using Kontrakt.Diagnostics;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context;

/// <summary>Writes the layers of a plan and pushes the image.</summary>
internal sealed class ContextUpload(ContextRequest request, RegistryClient registry, ContextBase below)
{
    /// <returns>The image by digest, and how many bytes of blobs the registry did not have.</returns>
    /// <exception cref="ContextChangedException">A file is no longer what the snapshot says.</exception>
    public async Task<(ImageReference Image, long Bytes)> DoAsync(ContextPlan plan, ContextImage there, ContextSnapshot now, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kontrakt-context-");
        try
        {
            var (beneath, config) = plan is ContextPlan.Delta ? await ChainAsync(there, cancellationToken) : await below.OpenAsync(registry, cancellationToken);
            var layers = await WriteAsync(plan, now, folder.FullName, cancellationToken);
            var image = new ImageParts
            {
                // Neither times nor history: the same content is the same image.
                Config = config with { Created = null, History = null },
                Layers = [.. beneath, .. layers.Select(layer => new ImageLayer.OnDisk(layer))],
                Annotations = new Dictionary<string, string> { [ContextImage.BaseDigest] = below.Image.Digest.ToString() ?? "" },
            };
            return plan is ContextPlan.Delta ? await PushOnTopAsync(image, layers, cancellationToken) : await PushWholeAsync(image, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The image there without its last layer: a later manifest takes the place of an earlier one.</summary>
    private async Task<(IReadOnlyList<ImageLayer> Layers, ImageConfig Config)> ChainAsync(ContextImage there, CancellationToken cancellationToken)
    {
        var manifest = there.Manifest ?? throw new InvalidOperationException("there is no image to build upon");
        var config = await registry.GetConfigAsync(there.Image, manifest, cancellationToken);
        try
        {
            return ([.. ImageParts.LayersOf(there.Image, manifest, config).SkipLast(1)], config);
        }
        catch (FormatException wrong)
        {
            throw new RegistryException(RegistryFault.Corrupt, there.Image.Registry, wrong.Message, null, wrong);
        }
    }

    private static async Task<LayerFile[]> WriteAsync(ContextPlan plan, ContextSnapshot now, string folder, CancellationToken cancellationToken)
    {
        var (entries, removed, manifest) = plan switch
        {
            ContextPlan.Delta delta => (delta.Entries, delta.Removed, delta.Manifest),
            ContextPlan.Fresh fresh => ([.. fresh.Manifest.Entries.Values], [], fresh.Manifest),
            _ => throw new ArgumentException("there is nothing to write", nameof(plan)),
        };
        try
        {
            return await Task.WhenAll(
                LayerWriter.WriteAsync(ContextLayers.Entries(entries, removed, now.Sources), Path.Combine(folder, "data.tar.gz"), cancellationToken),
                LayerWriter.WriteAsync(ManifestLayer.Entries(manifest), Path.Combine(folder, "manifest.tar.gz"), cancellationToken));
        }
        catch (SourceChangedException changed)
        {
            throw new ContextChangedException([changed.File]);
        }
        catch (Exception refused) when (ContextProblems.IsRefusal(refused))
        {
            // It could be read a moment ago: most often it is no longer there, or no longer a file.
            var gone = now.Sources.Values.Where(source => !File.Exists(source)).Order(StringComparer.Ordinal).ToList();
            throw gone.Count > 0 ? new ContextChangedException(gone) : Ktr.FileUnreadable.Error(refused, null, folder, refused.Message);
        }
    }

    private async Task<(ImageReference, long)> PushWholeAsync(ImageParts image, CancellationToken cancellationToken)
    {
        var pushed = await ImagePusher.PushAsync(registry, request.Tag, image, cancellationToken);
        return (request.Tag.WithDigest(pushed.Manifest.Digest), pushed.BytesMoved);
    }

    /// <summary>The registry has all below, for it has the image that they are of: it is not asked for each again.</summary>
    private async Task<(ImageReference, long)> PushOnTopAsync(ImageParts image, LayerFile[] layers, CancellationToken cancellationToken)
    {
        var config = image.Config.ToBytes();
        var moved = await Task.WhenAll([
            .. layers.Select(layer => PushAsync(layer.Descriptor, () => File.OpenRead(layer.Path), cancellationToken)),
            PushAsync(new(MediaTypes.OciConfig, Digest.Sha256(config), config.Length), () => new MemoryStream(config), cancellationToken)]);
        var put = await registry.PutManifestAsync(request.Tag, image.Manifest, cancellationToken);
        return (request.Tag.WithDigest(put.Digest), moved.Sum());
    }

    private async Task<long> PushAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken) =>
        await registry.PushBlobAsync(request.Tag, blob, _ => Task.FromResult(open()), null, cancellationToken) ? blob.Size : 0;
}
