using System.Text;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>A domain name, absolute: its labels, each a string of bytes (as Latin-1), in the case they were written in.</summary>
public sealed class DnsName
{
    private const int LongestLabel = 63;
    private const int LongestName = 255;

    private DnsName(IReadOnlyList<string> labels) => Labels = labels;

    public IReadOnlyList<string> Labels { get; }

    /// <summary>From text with dots; what is not a name is the root.</summary>
    public static DnsName Parse(string text)
    {
        var labels = text.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries);
        return new(labels.All(label => label.Length <= LongestLabel) && labels.Sum(label => label.Length + 1) < LongestName ? labels : []);
    }

    /// <summary>From a question, which has nothing before it that it could point to.</summary>
    /// <param name="place">After it, then.</param>
    /// <returns>null for one that is cut off, too long, or no plain name.</returns>
    internal static DnsName? Read(ReadOnlySpan<byte> message, ref int place)
    {
        var labels = new List<string>();
        var start = place;
        while (place < message.Length && place - start < LongestName)
        {
            int length = message[place++];
            if (length == 0)
                return new(labels);
            if (length > LongestLabel || place + length > message.Length)
                return null;
            labels.Add(Encoding.Latin1.GetString(message.Slice(place, length)));
            place += length;
        }
        return null;
    }

    /// <summary>Steps over a name anywhere in a message.</summary>
    internal static bool Skip(ReadOnlySpan<byte> message, ref int place)
    {
        while (place < message.Length)
        {
            int length = message[place++];
            if (length == 0)
                return true;
            if (length >= 0xC0)
                return ++place <= message.Length;
            if (length > LongestLabel)
                return false;
            place += length;
        }
        return false;
    }

    public override string ToString() => string.Join('.', Labels);
}
