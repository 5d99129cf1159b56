using System.Buffers.Binary;
using System.Net;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>
/// The addresses of a network, given out in turn: one that came back is not given again before all the others were, so that who still knows
/// it from before does not meet a stranger.
/// </summary>
internal sealed class AddressPool(IPNetwork network, params IReadOnlyCollection<IPAddress> reserved)
{
    private readonly HashSet<IPAddress> taken = [.. reserved];
    private readonly uint first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
    /// <summary>All except the first and the last, which are the network itself and its broadcast.</summary>
    private readonly uint count = (1u << (32 - network.PrefixLength)) - 2;
    private readonly Lock gate = new();
    private uint last;

    /// <exception cref="InvalidOperationException">All are taken.</exception>
    internal IPAddress Take()
    {
        lock (gate)
        {
            for (uint tried = 0; tried < count; tried++)
            {
                last = last % count + 1;
                var address = At(last);
                if (taken.Add(address))
                    return address;
            }
        }
        throw new InvalidOperationException($"all addresses of {network} are taken: delete pods");
    }

    internal void Return(IPAddress address)
    {
        lock (gate)
            taken.Remove(address);
    }

    private IPAddress At(uint offset)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first + offset);
        return new(bytes);
    }
}
