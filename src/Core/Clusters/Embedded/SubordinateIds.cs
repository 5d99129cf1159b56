namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// Whether this user has ids to give to the users of containers (subuid(5), newuidmap(1)). Without, an image's own user cannot be taken, and its
/// processes run as the only one there is.
/// </summary>
internal static class SubordinateIds
{
    public static bool AreThere() => OnPath("newuidmap") && OnPath("newgidmap") && Granted("/etc/subuid") && Granted("/etc/subgid");

    private static bool Granted(string file) =>
        File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith(Environment.UserName + ":", StringComparison.Ordinal));

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
