using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>Says in events of a pod what it wanted from outside and did not get: a program often reports no more than a timeout.</summary>
public sealed class EgressNotices(PodNetwork pods, ObjectStore store, EventRecorder events)
{
    /// <summary>The reason of these events.</summary>
    public const string Reason = "EgressRefused";
    private const int MostOfOne = 8;
    // Names that mean something here: a mistyped Service is not a wish to get out.
    private static readonly string[] Local = ["local", "svc", "arpa", "localhost", "internal", "invalid", "test"];
    private readonly ConditionalWeakTable<PodDefinition, ConcurrentDictionary<string, bool>> said = [];

    /// <summary>A pod asked for the address of a name that is not the cluster's.</summary>
    internal void Asked(IPAddress source, DnsName name)
    {
        if (name.Labels.Count < 2 || Local.Contains(name.Labels[^1], StringComparer.OrdinalIgnoreCase) || IsOfNamespace(name) || pods.At(source) is not { } pod)
            return;
        // service.namespace looks like a host, and nothing here says which of them it should be.
        var (what, perhaps) = name.Labels is [var service, var space] ? ($": the cluster has no Service '{service}' in a namespace '{space}'", "; if it is outside of the engine, ") : ("", ": ");
        Say(pod, name.ToString().ToLowerInvariant(), EgressPolicy.Of(store, pod.Namespace).IsOpen
            ? $"asked for the address of '{name}'{what}{perhaps}pods reach the outside by the proxy in HTTP_PROXY and HTTPS_PROXY only"
            : $"asked for the address of '{name}'{(what.Length > 0 ? what + perhaps : ", which is outside of the engine: ")}KontraktEgress=true lets pods reach it, by the proxy in HTTP_PROXY and HTTPS_PROXY");
    }

    /// <summary>service.namespace: no such Service, in a namespace that exists.</summary>
    private bool IsOfNamespace(DnsName name) => name.Labels is [_, var space] && store.Find(new(Kinds.Namespace, "", space.ToLowerInvariant())) is not null;

    internal void Refused(PodDefinition pod, string why) => Say(pod, why, $"asked for {why}");

    private void Say(PodDefinition pod, string what, string message)
    {
        var ofPod = said.GetValue(pod, _ => new(StringComparer.Ordinal));
        if (ofPod.Count < MostOfOne && ofPod.TryAdd(what, true))
            events.Warning(pod.View, Reason, message);
    }
}
