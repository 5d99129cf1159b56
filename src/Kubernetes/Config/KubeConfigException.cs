namespace Kontrakt.Kubernetes.Config;

/// <summary>A kubeconfig that cannot be used, said for its owner to mend.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
