using Kontrakt.Diagnostics;

namespace Kontrakt.Clusters.Embedded;

/// <summary>A lock between processes, that ends with the process that holds it.</summary>
internal sealed class FileLock : IAsyncDisposable
{
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Waits until nobody else holds it.</summary>
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
            catch (UnauthorizedAccessException e)
            {
                throw Ktr.FileUnreadable.Error(e, null, path, e.Message);
            }
            catch (IOException) when (File.Exists(path))
            {
                await tries.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
