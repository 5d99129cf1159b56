using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.NetworkCalls;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>Requests to the kernel about one network namespace, that of the thread which opened it; one request at a time.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int HeaderLength = 16;
    private const int ErrorMessageAttribute = 1;
    private readonly SafeFileHandle socket;
    private readonly Lock gate = new();
    /// <summary>The kernel fills at most 32 KiB at once.</summary>
    private readonly byte[] answer = new byte[64 * 1024];
    private uint sequence;

    private NetlinkSocket(SafeFileHandle socket) => this.socket = socket;

    internal static unsafe NetlinkSocket Open()
    {
        var socket = NetworkCalls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (socket.IsInvalid)
            throw SystemCallException.Last("open a netlink socket");
        var yes = 1;
        // Both only make errors shorter and clearer: old kernels may not know them.
        _ = setsockopt(socket, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof(int));
        _ = setsockopt(socket, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(int));
        return new(socket);
    }

    /// <summary>Asks for something, and answers what the kernel has to say to it: for each thing, what follows the header.</summary>
    /// <exception cref="SystemCallException">The kernel refuses it.</exception>
    internal IReadOnlyList<byte[]> Request(NetlinkMessage message)
    {
        var answers = new List<byte[]>();
        lock (gate)
        {
            Send(message, ++sequence);
            while (!Read(message, Receive(message), answers))
            {
            }
        }
        return answers;
    }

    public void Dispose() => socket.Dispose();

    private unsafe void Send(NetlinkMessage message, uint number)
    {
        var bytes = message.Finish(number);
        nint sent;
        fixed (byte* first = bytes)
            do
                sent = send(socket, first, bytes.Length, 0);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        if (sent != bytes.Length)
            throw SystemCallException.Last(message.Attempt);
    }

    private unsafe ReadOnlySpan<byte> Receive(NetlinkMessage message)
    {
        nint received;
        fixed (byte* first = answer)
            do
                received = recv(socket, first, answer.Length, MSG_TRUNC);
            while (received < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        if (received < 0)
            throw SystemCallException.Last(message.Attempt);
        if (received > answer.Length)
            throw new InvalidOperationException($"cannot {message.Attempt}: the kernel's answer of {received} bytes is longer than any it is known to give");
        return answer.AsSpan(0, (int)received);
    }

    /// <returns>The answer is complete.</returns>
    private bool Read(NetlinkMessage message, ReadOnlySpan<byte> bytes, List<byte[]> answers)
    {
        while (bytes.Length >= HeaderLength)
        {
            var header = MemoryMarshal.Read<NetlinkHeader>(bytes);
            var body = bytes[HeaderLength..(int)header.Length];
            bytes = bytes[Math.Min(bytes.Length, ((int)header.Length + 3) & ~3)..];
            // The rest of an answer that was given up is not ours.
            if (header.Sequence != sequence)
                continue;
            if (header.Type is not (NetlinkType.Error or NetlinkType.Done))
            {
                answers.Add(body.ToArray());
                continue;
            }
            var error = body.Length < sizeof(int) ? 0 : MemoryMarshal.Read<int>(body);
            return error >= 0 ? true : throw Refused(message, -error, header, body);
        }
        return false;
    }

    private static SystemCallException Refused(NetlinkMessage message, int errno, NetlinkHeader header, ReadOnlySpan<byte> body)
    {
        var words = (header.Flags & NetlinkFlags.ExtendedAnswer) != 0 && (header.Flags & NetlinkFlags.Capped) != 0
            ? NetlinkAttributes.Read(body[(sizeof(int) + HeaderLength)..]).GetValueOrDefault(ErrorMessageAttribute)
            : null;
        return new(message.Attempt, errno, words is null ? null : $"the kernel says: {NetlinkAttributes.Text(words)}");
    }
}
