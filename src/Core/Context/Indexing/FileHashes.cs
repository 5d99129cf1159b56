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

    /// <param name="found">Sorted by path.</param>
    /// <param name="others">Further names of files, which are not read again.</param>
    /// <returns>Lower-case hex for each of what was found; null where it is not a file or another name of one.</returns>
    /// <exception cref="ContextChangedException">Files that are not what they were before, or after, they were read.</exception>
    /// <exception cref="KontraktException">All files that cannot be read.</exception>
    public static string?[] Of(IReadOnlyList<ScannedPath> found, Dictionary<string, string> others, HashIndex index, long looked, CancellationToken cancellationToken)
    {
        var hashes = new string?[found.Count];
        var unknown = new List<int>();
        for (var at = 0; at < hashes.Length; at++)
        {
            var path = found[at];
            if (path.Status.Kind == FileKind.File && !others.ContainsKey(path.Path) && (hashes[at] = index.Find(path.Path, path.Status)) is null)
                unknown.Add(at);
        }
        if (unknown.Count > 0)
            ReadAll(unknown, at => found[at], (at, hash) =>
            {
                hashes[at] = hash;
                index.Remember(found[at].Path, found[at].Status, hash, looked);
            }, cancellationToken);
        return hashes;
    }

    /// <summary>Gives what could be read before it throws for the rest: the next look need not read it again.</summary>
    private static void ReadAll(List<int> places, Func<int, ScannedPath> fileAt, Action<int, string> take, CancellationToken cancellationToken)
    {
        var (changed, problems, read) = (new ConcurrentBag<string>(), new ConcurrentBag<Diagnostic>(), new ConcurrentBag<(int Place, string Sha256)>());
        Parallel.ForEach(places, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, place =>
        {
            var file = fileAt(place);
            try
            {
                if (Read(file, cancellationToken) is { } hash)
                    read.Add((place, hash));
                else
                    changed.Add(file.Source);
            }
            catch (Exception refused) when (ContextProblems.IsRefusal(refused))
            {
                problems.Add(ContextProblems.Unreadable(file.Source, refused.Message));
            }
        });
        foreach (var (place, hash) in read)
            take(place, hash);
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
