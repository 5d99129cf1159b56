using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Layers;

/// <summary>A gzipped tar on disk, with what a manifest (descriptor) and a config (diff id) must say of it.</summary>
/// <param name="Path">Where it is on this machine.</param>
public sealed record LayerFile(string Path, Descriptor Descriptor, Digest DiffId);
