using System.IO.Compression;
using System.Security.Cryptography;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>A layer's tar archive out of its packed bytes: recognised by its first bytes, counted, hashed, and stopped where it is a bomb.</summary>
internal sealed class UnpackedStream : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly LayerLimits limits;
    private readonly PackedStream packed;
    private readonly Stream unpacked;
    private long count;

    private UnpackedStream(PackedStream packed, Stream unpacked, LayerLimits limits) => (this.packed, this.unpacked, this.limits) = (packed, unpacked, limits);

    public override long Position { get => count; set => throw new NotSupportedException(); }

    public static async Task<UnpackedStream> OpenAsync(Stream source, LayerLimits limits, CancellationToken cancellationToken)
    {
        var packed = new PackedStream(source);
        var start = await packed.PeekAsync(6, cancellationToken);
        return start.Span switch
        {
            [0x1F, 0x8B, ..] => new(packed, new GZipStream(packed, CompressionMode.Decompress), limits),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => throw Unknown("zstd"),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => throw Unknown("xz"),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => throw Unknown("bzip2"),
            _ => new(packed, packed, limits),
        };
    }

    /// <summary>Reads what is left on both sides and gives the digest of the archive.</summary>
    public async Task<Digest> FinishAsync(CancellationToken cancellationToken)
    {
        var scratch = new byte[64 * 1024];
        while (await ReadAsync(scratch, cancellationToken) > 0)
        {
        }
        while (await packed.ReadAsync(scratch, cancellationToken) > 0)
        {
        }
        return Digest.FromSha256(hash.GetHashAndReset());
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await unpacked.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException damaged)
        {
            throw new LayerException($"it is damaged: {damaged.Message}", damaged);
        }
        count += read;
        hash.AppendData(buffer.Span[..read]);
        if (count > limits.Bytes)
            throw new LayerException($"it unpacks to more than {limits.Bytes} bytes");
        if (count > limits.RatioFloor && count / limits.Ratio > packed.Count)
            throw new LayerException($"{packed.Count} bytes of it unpack to {count}, more than {limits.Ratio} times as much: it looks like a decompression bomb");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
            packed.Dispose();
            hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private static LayerException Unknown(string format) => new($"it is packed with {format}; the engine unpacks gzip and plain tar: build or push the image with gzip layers");
}
