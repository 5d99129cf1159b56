using System.Net;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>How many connections one address may have open at a time. All of them take file descriptors that the whole engine shares: one pod must not take them from the others.</summary>
internal sealed class SourceLimit(int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> open = [];

    /// <summary>The address that a connection comes from.</summary>
    public static IPAddress SourceOf(EndPoint? remote) => (remote as IPEndPoint)?.Address ?? IPAddress.None;

    /// <returns>False: it has as many as it may. After true, <see cref="Leave"/> when the connection has ended.</returns>
    public bool TryEnter(IPAddress source)
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(source);
            if (count >= most)
                return false;
            open[source] = count + 1;
            return true;
        }
    }

    public void Leave(IPAddress source)
    {
        lock (gate)
        {
            if (--open[source] == 0)
                open.Remove(source);
        }
    }
}
