namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// Whether this user has ids to give to the users of containers (subuid(5), newuidmap(1)). Without, an image's own user cannot be taken, and its
/// processes run as the only one there is.
/// </summary>
internal static class SubordinateIds
{
    public static bool AreThere() => AreThere(Environment.UserName, Environment.GetEnvironmentVariable("PATH") ?? "", "/etc");

    /// <param name="path">As in PATH.</param>
    /// <param name="configuration">/etc</param>
    public static bool AreThere(string user, string path, string configuration) =>
        OnPath("newuidmap", path) && OnPath("newgidmap", path) && Granted(user, Path.Combine(configuration, "subuid")) && Granted(user, Path.Combine(configuration, "subgid"));

    private static bool Granted(string user, string file) =>
        user.Length > 0 && File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));

    private static bool OnPath(string program, string path) =>
        path.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
