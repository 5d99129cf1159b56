using System.Globalization;
using System.Net;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>What the pods of a namespace reach outside of the engine: by annotations, which only who made the namespace writes.</summary>
/// <param name="Allowed">Whether they reach public addresses.</param>
/// <param name="Exemptions">What they reach besides: names, addresses and networks of the machine's own surroundings.</param>
public sealed record EgressPolicy(bool Allowed, IReadOnlyList<EgressExemption> Exemptions)
{
    private const string Annotation = "kontrakt/egress", ExemptionsAnnotation = "kontrakt/egress-allow";

    /// <summary>Whether there is anything outside that they reach.</summary>
    public bool IsOpen => Allowed || Exemptions.Count > 0;

    public static EgressPolicy Of(ObjectStore store, string inNamespace)
    {
        var annotations = store.Find(new(Kinds.Namespace, "", inNamespace))?.View.Annotations;
        return new(annotations?.GetValueOrDefault(Annotation) == "true",
            [.. (annotations?.GetValueOrDefault(ExemptionsAnnotation) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(EgressExemption.Parse)]);
    }

    /// <summary>Whether an exception is this very name, wherever it leads.</summary>
    public bool Names(string host, int port) => Exemptions.Any(exemption => exemption.Names(host, port));

    public bool Exempts(string host, IPEndPoint endPoint) => Exemptions.Any(exemption => exemption.Covers(host, endPoint));
}

/// <summary>A host name, an address, or a network (10.0.0.0/8); with a port, that port alone.</summary>
public sealed record EgressExemption(string Host, IPNetwork? Network, int? Port)
{
    public static EgressExemption Parse(string text)
    {
        if (NetworkOf(text) is { } whole)
            return new(text, whole, null);
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new(text[..colon], NetworkOf(text[..colon]), port) : new(text, null, null);
    }

    /// <param name="host">As it was asked for.</param>
    /// <param name="endPoint">What it leads to.</param>
    public bool Covers(string host, IPEndPoint endPoint) =>
        Network is { } network ? (Port is null || Port == endPoint.Port) && network.Contains(endPoint.Address) : Names(host, endPoint.Port);

    /// <summary>Whether it is a name, and this one.</summary>
    public bool Names(string host, int port) => Network is null && (Port is null || Port == port) && Host.Equals(host, StringComparison.OrdinalIgnoreCase);

    private static IPNetwork? NetworkOf(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        return IPAddress.TryParse(text.Trim('[', ']'), out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
