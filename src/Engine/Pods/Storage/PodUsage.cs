using System.Text.RegularExpressions;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>What a pod has on the disk, in bytes.</summary>
/// <param name="Containers">What each has written to its own files, and its logs.</param>
/// <param name="Volumes">Each emptyDir that is not in memory.</param>
/// <param name="Claims">Each persistent volume, by its claim, with what it may hold; these outlive the pod.</param>
/// <param name="Files">The single files that every container may write: its termination log, /etc/hosts and such.</param>
/// <param name="IsTooDeep">There is more, below more folders than are looked into.</param>
internal sealed record PodUsage(IReadOnlyDictionary<string, long> Containers, IReadOnlyDictionary<string, long> Volumes, IReadOnlyDictionary<string, (long Used, decimal Size)> Claims, long Files, bool IsTooDeep)
{
    public long Total => Containers.Values.Sum() + Volumes.Values.Sum() + Files;

    /// <summary>With what outlives the pod.</summary>
    public long All => Total + Claims.Values.Sum(claim => claim.Used);

    /// <param name="directory">The pod's.</param>
    public static PodUsage Measure(PodDefinition pod, string directory, ClaimFolders claimed)
    {
        var roots = Entries(Path.Combine(directory, "sandbox", "containers"));
        var logs = Entries(Path.Combine(directory, "logs"));
        var disk = new DiskUsage();
        var containers = pod.Containers.ToDictionary(container => container.Name, container =>
            // The name of a start is the container's and a number; of a log, also the number of the file.
            roots.Where(root => IsOf(container, root, "")).Sum(root => disk.Of(Path.Combine(root, "upper")))
            + logs.Where(log => IsOf(container, log, @"\.[0-9]+\.log")).Sum(Length), StringComparer.Ordinal);
        var volumes = EmptyDirectories(pod).ToDictionary(name => name, name => disk.Of(Path.Combine(directory, "volumes", name)), StringComparer.Ordinal);
        var files = disk.Of(Path.Combine(directory, "messages")) + disk.Of(Path.Combine(directory, "etc"));
        var claims = new Dictionary<string, (long, decimal)>(StringComparer.Ordinal);
        foreach (var claim in PodClaims.Of(pod.View))
            if (claimed.Find(pod.Namespace, claim.Claim) is var (folder, size))
                claims[claim.Claim] = (disk.Of(folder), size);
        return new(containers, volumes, claims, files, disk.IsTooDeep);
    }

    private static IEnumerable<string> EmptyDirectories(PodDefinition pod) =>
        from volume in pod.View.Items("spec", "volumes")
        where volume["emptyDir"] is { } empty && empty["medium"]?.ToString() != "Memory"
        select volume["name"]?.ToString() ?? "";

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Not made yet, or gone with the pod.
            return [];
        }
    }

    private static bool IsOf(ContainerDefinition container, string path, string end) =>
        Regex.IsMatch(Path.GetFileName(path), $"^{Regex.Escape(container.Name)}-[0-9]+{end}$", RegexOptions.CultureInvariant);

    private static long Length(string log)
    {
        try
        {
            return new FileInfo(log).Length;
        }
        catch (FileNotFoundException)
        {
            // Logs are cut while they are written.
            return 0;
        }
    }
}
