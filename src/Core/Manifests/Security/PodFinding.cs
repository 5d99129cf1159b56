namespace Kontrakt.Manifests.Security;

/// <summary>What a pod asks for and a level of the Pod Security Standards forbids.</summary>
/// <param name="Path">Below the pod template.</param>
/// <param name="Asks">For a sentence: "a volume of the node (hostPath)".</param>
internal sealed record PodFinding(IReadOnlyList<object> Path, string Asks);
