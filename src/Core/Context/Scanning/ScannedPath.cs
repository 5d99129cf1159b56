namespace Kontrakt.Context.Scanning;

/// <summary>A path of the context as it was found.</summary>
/// <param name="Path">Relative, with '/' between names.</param>
/// <param name="Source">Where it is on this machine.</param>
/// <param name="Target">Of a link.</param>
internal sealed record ScannedPath(string Path, string Source, FileStatus Status, string? Target);
