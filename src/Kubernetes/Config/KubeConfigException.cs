namespace Kontrakt.Kubernetes.Config;

/// <summary>A kubeconfig that cannot be used, in words for its owner.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
