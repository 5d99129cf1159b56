namespace Kontrakt.Clusters.Embedded;

/// <summary>Switches by which systems forbid user namespaces to everybody but root.</summary>
internal static class UserNamespaces
{
    private static readonly (string Name, string Forbids, string Allows)[] Switches =
    [
        ("user.max_user_namespaces", "0", "15000"),
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
    ];

    /// <summary>How a sentence goes on that says that there are none: what would allow them.</summary>
    /// <param name="folder">/proc/sys</param>
    public static string Advice(string folder)
    {
        var set = Switches.Where(each => Value(Path.Combine(folder, each.Name.Replace('.', '/'))) == each.Forbids).Select(each => $"{each.Name}={each.Allows}").ToList();
        return set.Count == 0 ? "; a container has them with --privileged" : $"; root allows them by 'sysctl -w {string.Join(' ', set)}'";
    }

    private static string? Value(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : null;
}
