namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A file or folder of the engine's that a container sees. Neither side may lead out of where it belongs, by links or "..".</summary>
/// <param name="Source">On the engine's side: what has been resolved already, without links.</param>
/// <param name="Target">In the container: absolute. Made where it does not exist.</param>
public sealed record ContainerMount(string Source, string Target, bool ReadOnly);
