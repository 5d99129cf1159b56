namespace Kontrakt.Kubernetes.Schema;

/// <summary>The sorts of values that a server's schema tells apart.</summary>
public enum ValueKind
{
    /// <summary>The schema does not say, or allows everything.</summary>
    Any,
    Object,
    Map,
    List,
    Text,
    /// <summary>Base64.</summary>
    Bytes,
    Boolean,
    Integer,
    Number,
    /// <summary>An amount, such as 500m or 1Gi.</summary>
    Quantity,
    IntOrString,
    /// <summary>RFC 3339.</summary>
    Time,
    /// <summary>As Go writes it, such as 1m30s.</summary>
    Duration,
}
