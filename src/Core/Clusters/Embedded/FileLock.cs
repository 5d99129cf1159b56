namespace Kontrakt.Clusters.Embedded;

/// <summary>A lock between processes, that ends with the process that holds it.</summary>
internal sealed class FileLock : IAsyncDisposable
{
    /// <summary>EWOULDBLOCK, on Linux and on macOS.</summary>
    private static readonly int[] Held = [11, 35];
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Waits until nobody else holds it.</summary>
    /// <exception cref="IOException">There can be no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<FileLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        // A file's lock has no event to wait for, and a blocking call could not be cancelled.
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (Held.Contains(e.HResult))
            {
                await tries.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
