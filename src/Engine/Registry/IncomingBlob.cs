using System.Buffers;
using System.Security.Cryptography;
using Kontrakt.Oci.Names;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Registry;

/// <summary>A blob on its way in, over any number of requests, one at a time. What has arrived stays when a connection is lost.</summary>
internal sealed class IncomingBlob : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SafeFileHandle handle;
    private readonly DiskReserve disk;

    public IncomingBlob(string id, string repository, string path, DiskReserve disk)
    {
        (Id, Repository, Path, this.disk) = (id, repository, path, disk);
        handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
    }

    public string Id { get; }
    public string Repository { get; }
    public string Path { get; }
    /// <summary>Bytes that have arrived.</summary>
    public long Offset { get; private set; }
    public DateTimeOffset LastUsed { get; set; }
    public bool Ended { get; private set; }

    /// <summary>Waits for the request that is at work on this upload; dispose to let the next one on.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        if (!Ended)
            return new Release(() => turn.Release());
        turn.Release();
        throw DistributionException.UploadUnknown(Id);
    }

    /// <summary>Free, now and for good: nobody is at work on it.</summary>
    public bool TryEnd()
    {
        if (!turn.Wait(0))
            return false;
        End();
        turn.Release();
        return true;
    }

    /// <summary>Adds what the body holds. A body that breaks off leaves what it held before that.</summary>
    /// <param name="limit">No more than so many bytes are taken.</param>
    public async Task AppendAsync(Stream body, long limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var (filled, ended) = (0, false);
        try
        {
            while (!ended && limit > 0)
            {
                try
                {
                    for (filled = 0; filled < BufferSize && filled < limit;)
                    {
                        var read = await body.ReadAsync(buffer.AsMemory(filled, (int)Math.Min(BufferSize - filled, limit - filled)), cancellationToken);
                        ended = read == 0;
                        if (ended)
                            break;
                        filled += read;
                    }
                }
                finally
                {
                    Write(buffer.AsSpan(0, filled));
                    limit -= filled;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Checks all that has arrived; the file at <see cref="Path"/> may then be moved.</summary>
    /// <exception cref="DistributionException">DIGEST_INVALID.</exception>
    public async Task CompleteAsync(Digest digest, CancellationToken cancellationToken)
    {
        var hash = digest.Algorithm == "sha256" ? sha256.GetCurrentHash() : await Sha512Async(cancellationToken);
        if (!digest.Hex.AsSpan().SequenceEqual(Convert.ToHexStringLower(hash)))
            throw DistributionException.DigestInvalid($"provided digest did not match uploaded content: it is {digest.Algorithm}:{Convert.ToHexStringLower(hash)}", digest.ToString());
    }

    /// <summary>By who has its turn: deletes what has arrived, unless that was moved.</summary>
    public void End()
    {
        Ended = true;
        handle.Dispose();
        File.Delete(Path);
    }

    public void Dispose()
    {
        handle.Dispose();
        sha256.Dispose();
        turn.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        disk.Take(bytes.Length);
        RandomAccess.Write(handle, bytes, Offset);
        sha256.AppendData(bytes);
        Offset += bytes.Length;
    }

    private async Task<byte[]> Sha512Async(CancellationToken cancellationToken)
    {
        await using var content = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, useAsync: true);
        return await SHA512.HashDataAsync(content, cancellationToken);
    }
}
