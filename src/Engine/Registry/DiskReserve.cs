namespace Kontrakt.Engine.Registry;

/// <summary>The disk that a folder is on, and what the engine leaves free of it: below that, pods are evicted.</summary>
public sealed class DiskReserve(string folder, long bytes)
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    /// <summary>So much may be written until the disk is asked again: not for each block of an upload.</summary>
    private const long Step = 1 << 20;

    private readonly Lock gate = new();
    private long granted;

    public long Bytes => bytes;

    /// <summary>What the disk has left, the reserve included.</summary>
    /// <exception cref="IOException">The folder is gone.</exception>
    public long Free => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>To be called before so many bytes are written.</summary>
    /// <exception cref="IOException">They would be of the reserve. <see cref="IsFull"/> is true of it.</exception>
    public void Take(long size)
    {
        if (bytes == 0)
            return;
        lock (gate)
        {
            if (granted < size)
            {
                granted = Math.Min(Free - bytes, Math.Max(size, Step));
                if (granted < size)
                {
                    granted = 0;
                    throw new IOException($"no more than {bytes >> 20} MiB of the disk would be left", NoSpace);
                }
            }
            granted -= size;
        }
    }

    /// <summary>
    /// Whether it failed for want of space, or of a quota. .NET has the system's error number in HResult, and for space reserved ahead the Windows code.
    /// </summary>
    public static bool IsFull(IOException failure) => failure.HResult is NoSpace or QuotaExceeded or WindowsDiskFull;
}
