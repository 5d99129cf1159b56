namespace Kontrakt.Engine.Pods.Images;

internal enum TarEntryKind
{
    File,
    HardLink,
    SymbolicLink,
    Device,
    Folder,
    Fifo,
}

/// <summary>A stretch of a sparse file that has content.</summary>
internal readonly record struct TarExtent(long Offset, long Length);

/// <summary>What a tar archive says of one file. Names are bytes, kept as one character each (Latin-1), since Linux has no encoding of names.</summary>
internal sealed record TarEntry
{
    public required TarEntryKind Kind { get; init; }
    public required string Name { get; init; }
    /// <summary>What a link points to.</summary>
    public string Link { get; init; } = "";
    public uint Mode { get; init; }
    public long UserId { get; init; }
    public long GroupId { get; init; }
    public long ModifiedSeconds { get; init; }
    public long ModifiedNanoseconds { get; init; }
    /// <summary>Bytes in the archive.</summary>
    public long Size { get; init; }
    /// <summary>Bytes of the file, with its holes.</summary>
    public long RealSize { get; init; }
    /// <summary>Null for a file without holes.</summary>
    public IReadOnlyList<TarExtent>? Extents { get; init; }
    public IReadOnlyDictionary<string, byte[]> Attributes { get; init; } = new Dictionary<string, byte[]>();
}
