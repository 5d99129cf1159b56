namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Receives what a container writes.</summary>
/// <param name="error">It came by standard error.</param>
public delegate void ContainerOutput(bool error, ReadOnlySpan<byte> bytes);
