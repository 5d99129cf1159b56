namespace Kontrakt.Engine.Pods.Specs;

/// <summary>A container that cannot be created as it is configured: the status is waiting, with the reason CreateContainerConfigError.</summary>
public sealed class ContainerConfigException(string message, Exception? inner = null) : Exception(message, inner);
