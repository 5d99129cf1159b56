using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>
/// Connects to the first of several addresses that answers, as RFC 8305 (section 5) has it: the next one is tried when the one before has failed, or has
/// said nothing for a moment. One that swallows packets does not use up the time of the others.
/// </summary>
internal static class StaggeredDial
{
    /// <summary>The "Connection Attempt Delay" that the RFC recommends.</summary>
    private static readonly TimeSpan Head = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">None answers: what the last one that failed said.</exception>
    public static async Task<Socket> ConnectAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var trying = new List<Task<Socket>>();
        var started = new List<Task<Socket>>();
        try
        {
            for (var next = 0; ;)
            {
                if (next < endPoints.Count)
                {
                    trying.Add(TryAsync(endPoints[next++], over.Token));
                    started.Add(trying[^1]);
                }
                var ended = await FirstAsync(trying, next < endPoints.Count, cancellationToken);
                if (ended is null)
                    continue;
                trying.Remove(ended);
                if (ended.IsCompletedSuccessfully || (trying.Count == 0 && next == endPoints.Count))
                {
                    var socket = await ended;
                    started.Remove(ended);
                    return socket;
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var late in started)
                _ = late.ContinueWith(each => each.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    /// <returns>null: it is time for the next one.</returns>
    private static async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> trying, bool areThereMore, CancellationToken cancellationToken)
    {
        var first = Task.WhenAny(trying);
        if (!areThereMore)
            return await first.WaitAsync(cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = await Task.WhenAny(first, Task.Delay(Head, enough.Token)) == first;
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return ended ? await first : null;
    }

    private static async Task<Socket> TryAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
