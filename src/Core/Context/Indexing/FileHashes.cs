using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Kontrakt.Context.Scanning;
using Kontrakt.Diagnostics;

namespace Kontrakt.Context.Indexing;

/// <summary>Hashes of files, read only where an index does not know them.</summary>
internal static class FileHashes
{
    private const int BufferSize = 256 * 1024;

    /// <returns>Lower-case hex by path.</returns>
    /// <exception cref="ContextChangedException">Files that are not what they were before, or after, they were read.</exception>
    /// <exception cref="KontraktException">All files that cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<ScannedPath> files, HashIndex index, long looked, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>(files.Count, StringComparer.Ordinal);
        var unknown = new List<ScannedPath>();
        foreach (var file in files)
        {
            if (index.Find(file.Path, file.Status) is { } known)
                hashes.Add(file.Path, known);
            else
                unknown.Add(file);
        }
        if (unknown.Count > 0)
            ReadAll(unknown, (file, hash) =>
            {
                hashes.Add(file.Path, hash);
                index.Remember(file.Path, file.Status, hash, looked);
            }, cancellationToken);
        return hashes;
    }

    /// <summary>Gives what could be read before it throws for the rest: the next look need not read it again.</summary>
    private static void ReadAll(IReadOnlyList<ScannedPath> files, Action<ScannedPath, string> take, CancellationToken cancellationToken)
    {
        var (changed, problems, read) = (new ConcurrentBag<string>(), new ConcurrentBag<Diagnostic>(), new ConcurrentBag<(ScannedPath File, string Sha256)>());
        Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
        {
            try
            {
                if (Read(file, cancellationToken) is { } hash)
                    read.Add((file, hash));
                else
                    changed.Add(file.Source);
            }
            catch (Exception refused) when (ContextProblems.IsRefusal(refused))
            {
                problems.Add(ContextProblems.Unreadable(file.Source, refused.Message));
            }
        });
        foreach (var (file, hash) in read)
            take(file, hash);
        KontraktException.ThrowIfAny([.. problems.OrderBy(problem => problem.Message, StringComparer.Ordinal)]);
        if (!changed.IsEmpty)
            throw new ContextChangedException([.. changed.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Null when the file changed.</summary>
    private static string? Read(ScannedPath file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            using var stream = new FileStream(file.Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return FileStatus.Of(file.Source, follow: true) == file.Status ? Convert.ToHexStringLower(hash.GetHashAndReset()) : null;
    }
}
