namespace Kontrakt.Kubernetes.Objects;

/// <summary>How a deletion treats what the object owns.</summary>
public enum Propagation { Background, Foreground, Orphan }
