namespace Kontrakt.Engine.Registry;

/// <summary>Tells a full disk, or a used-up quota, from other failures to write.</summary>
public static class FullDisk
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>.NET has the system's error number in HResult, and for space reserved ahead the Windows code.</summary>
    public static bool Is(IOException failure) => failure.HResult is NoSpace or QuotaExceeded or WindowsDiskFull;

    /// <summary>As full as it may become.</summary>
    public static IOException BelowReserve(long reserve) => new($"no more than {reserve >> 20} MiB of the disk would be left", NoSpace);
}
