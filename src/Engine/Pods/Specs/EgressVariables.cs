using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Egress;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>The variables by which programs find the proxy to the outside, where the pod's namespace is let out.</summary>
internal static class EgressVariables
{
    private static readonly string[] Names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    public static bool IsOne(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<KeyValuePair<string, string>> For(PodDefinition pod, ObjectStore store)
    {
        if (!EgressPolicy.Of(store, pod.Namespace).IsOpen)
            yield break;
        // Many programs look only at names here, not at addresses; and one that speaks HTTP/2 in plain text to a Service does not get it through a proxy.
        var services = store.List(Kinds.Service, pod.Namespace).Items.SelectMany(service => new[] { service.Key.Name, $"{service.Key.Name}.{pod.Namespace}" });
        foreach (var name in Names)
        {
            var value = name == "NO_PROXY" ? string.Join(',', (string[])["localhost", "127.0.0.1", "::1", ".svc", ".cluster.local", $"{ClusterAddresses.Services}", $"{ClusterAddresses.Pods}", .. services])
                : $"http://{ClusterAddresses.Egress}:{EgressProxy.Port}";
            yield return new(name, value);
            yield return new(name.ToLowerInvariant(), value);
        }
    }
}
