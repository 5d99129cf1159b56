namespace Kontrakt.Engine.Registry;

public sealed record BlobStoreOptions
{
    /// <summary>The store's own folder; made where it does not exist, held by one process at a time.</summary>
    public required string Directory { get; init; }
    /// <summary>Bytes. Above it, what nothing refers to is deleted, least recently used first.</summary>
    public long SizeLimit { get; init; } = 20L * 1024 * 1024 * 1024;
    /// <summary>What pushes leave free on the disk (<see cref="DiskReserve"/>); 0 for all of it.</summary>
    public long DiskReserveBytes { get; init; } = 1L << 30;
    /// <summary>What was written or asked for within this time is never deleted: a push in progress may be about to refer to it.</summary>
    public TimeSpan GraceTime { get; init; } = TimeSpan.FromHours(1);
    /// <summary>An upload that nobody continued for so long is given up.</summary>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromHours(1);
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
