using Kontrakt.Oci.Names;

namespace Kontrakt.Context;

/// <summary>A context that the registry has.</summary>
/// <param name="Reference">With tag and digest.</param>
/// <param name="Files">Files and links in it.</param>
/// <param name="Bytes">Of all its files.</param>
/// <param name="Changed">Paths that are new or other than they were; all of them in a fresh image.</param>
/// <param name="Removed">Folders and files that are gone, not counting what was in such a folder.</param>
/// <param name="FreshBecause">Why the image was made again; null where it was built upon, or nothing had changed.</param>
/// <param name="BytesUploaded">Of blobs that the registry did not have; 0 when nothing had changed.</param>
public sealed record ContextResult(ImageReference Reference, int Files, long Bytes, int Changed, int Removed, string? FreshBecause, long BytesUploaded);
