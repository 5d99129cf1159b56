using System.Globalization;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>User or group ids that a user namespace has.</summary>
internal sealed record IdRange(uint First, uint Count)
{
    /// <param name="path">A uid_map or gid_map of /proc.</param>
    public static IReadOnlyList<IdRange> Read(string path) => [.. File.ReadLines(path).Select(Parse)];

    public bool Contains(uint id) => id >= First && id - First < Count;

    private static IdRange Parse(string line)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(uint.Parse(columns[0], CultureInfo.InvariantCulture), uint.Parse(columns[2], CultureInfo.InvariantCulture));
    }
}
