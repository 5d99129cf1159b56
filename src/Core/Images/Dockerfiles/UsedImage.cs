using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Another image that a build takes something from, wherever that is said: in a Dockerfile, or in an argument of a template.</summary>
/// <param name="Image">By the name that is written there.</param>
/// <param name="Platform">os/arch[/variant] of which it is wanted; null for the executor's own.</param>
/// <param name="Location">Where it is written.</param>
internal sealed record UsedImage(ImageReference Image, string? Platform, SourceLocation? Location);
