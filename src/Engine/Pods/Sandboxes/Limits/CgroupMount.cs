using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>A hierarchy of cgroups that is mounted: version 2, or one of version 1 with its controllers.</summary>
/// <param name="Home">The folder of the engine's own cgroup in it.</param>
internal sealed partial record CgroupMount(bool Unified, string Point, string Home, IReadOnlyList<string> Controllers)
{
    private const int Root = 3;
    private const int MountPoint = 4;

    public static IReadOnlyList<CgroupMount> Read()
    {
        if (!File.Exists("/proc/self/cgroup"))
            return [];
        var homes = File.ReadAllLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).ToDictionary(parts => parts[1], parts => parts[2]);
        return [.. File.ReadAllLines("/proc/self/mountinfo").Select(line => Parse(line, homes)).OfType<CgroupMount>()];
    }

    private static CgroupMount? Parse(string line, Dictionary<string, string> homes)
    {
        var halves = line.Split(" - ", 2);
        var (place, system) = (halves[0].Split(' '), halves[1].Split(' '));
        if (system[0] is not ("cgroup" or "cgroup2"))
            return null;
        var unified = system[0] == "cgroup2";
        var key = unified ? "" : homes.Keys.FirstOrDefault(controllers => controllers.Length > 0 && controllers.Split(',').All(system[2].Split(',').Contains));
        if (key is null || !homes.TryGetValue(key, out var path))
            return null;
        var (root, point) = (Unescape(place[Root]), Unescape(place[MountPoint]));
        // The mount may show a part of the hierarchy only.
        var home = Path.Join(point, Path.GetRelativePath(root, path) is var inside && inside.StartsWith("..", StringComparison.Ordinal) ? "" : inside);
        var file = Path.Combine(point, "cgroup.controllers");
        string[] controllers = !unified ? key.Split(',') : File.Exists(file) ? File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        return new(unified, point, Path.GetFullPath(home), controllers);
    }

    private static string Unescape(string path) =>
        Escaped().Replace(path, match => ((char)Convert.ToInt32(match.Value[1..], 8)).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\\[0-7]{3}")]
    private static partial Regex Escaped();
}
