using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kontrakt.Clusters.Embedded;

namespace Kontrakt.Doctor;

/// <summary>What this machine has: room, ports, and what the embedded engine makes pods from. Where a run uses a cluster, what only the engine needs is a warning.</summary>
internal sealed class MachineChecks(Surroundings surroundings)
{
    /// <summary>The engine's registry refuses uploads that leave less (docs/engine.md).</summary>
    private const long Reserve = 1L << 30;
    private const long Comfort = 4L << 30;

    /// <summary>What a disk has left; for tests.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    public IEnumerable<Check> All =>
    [
        new("folder", _ => Task.FromResult(Folder())) { Remedy = "set KontraktRunsDirectory to a folder that this user may write to" },
        new("disk", _ => Task.FromResult(Disk())),
        .. OperatingSystem.IsLinux() ? (Check[])[new("ports", _ => Task.FromResult(Ports())), new("namespaces", NamespacesAsync), new("ids", _ => Task.FromResult(Ids()))] : [],
    ];

    /// <summary>Where runs are recorded: a file is written there, or in the folder where it would be made.</summary>
    private Finding Folder()
    {
        var runs = surroundings.Settings.RunsDirectory;
        var folder = Existing(runs);
        var file = Path.Combine(folder, $".kontrakt-doctor-{Guid.NewGuid():N}");
        try
        {
            using (File.Create(file, 1, FileOptions.DeleteOnClose))
                return Finding.Ok($"runs are recorded in '{runs}', which can be written");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Diagnostics.Ktr.FileUnreadable.Error(refused, null, folder, refused.Message.TrimEnd('.'));
        }
    }

    private Finding Disk()
    {
        var engine = surroundings.IsEmbedded() == true ? EngineFolder.Find(surroundings.Settings.EngineDirectory).Path : null;
        (string Folder, bool IsEngine)[] places = [(surroundings.Settings.RunsDirectory, false), (Path.GetTempPath(), false), .. engine is null ? ((string, bool)[])[] : [(engine, true)]];
        List<(string Folder, bool IsEngine, long Free)> found = [.. places.Select(place => (place.Folder, place.IsEngine, FreeBytes(Existing(place.Folder))))];
        var seen = string.Join(", ", found.Select(place => $"{Gigabytes(place.Free)} free for '{place.Folder}'"));
        if (found.Find(place => place.IsEngine && place.Free < Reserve) is { Folder: { } full })
            return Finding.Failed($"{seen}; the engine's registry takes nothing that leaves less than {Gigabytes(Reserve)}", $"free space on the disk of '{full}', or set KontraktEngineDirectory to a folder on another one");
        return found.Find(place => place.Free < Comfort) is { Folder: { } narrow }
            ? Finding.Warning($"{seen}; images may need more", $"free space on the disk of '{narrow}'")
            : Finding.Ok(seen);
    }

    /// <summary>The engine listens twice on loopback, its API and its registry.</summary>
    private Finding Ports()
    {
        try
        {
            using var api = new TcpListener(IPAddress.Loopback, 0);
            using var registry = new TcpListener(IPAddress.Loopback, 0);
            api.Start();
            registry.Start();
            return Finding.Ok("127.0.0.1 has free ports");
        }
        catch (SocketException refused)
        {
            return new(OfEngine(), $"no port of 127.0.0.1 can be listened on: {refused.Message}", "end programs that hold ports (ss -tlnp), or allow this process to listen on loopback");
        }
    }

    private async Task<Finding> NamespacesAsync(CancellationToken cancellationToken) =>
        await EngineProcess.WhyNoNamespacesAsync(surroundings.Log, cancellationToken) is { } why
            ? new(OfEngine(), why, "allow them to this user, or run on a cluster: kontrakt run --context NAME")
            : Finding.Ok(Environment.IsPrivilegedProcess ? "root can make the namespaces of pods" : "this user can make the namespaces of pods");

    private static Finding Ids()
    {
        if (Environment.IsPrivilegedProcess)
            return Finding.Ok("root needs no subordinate ids");
        var user = Environment.UserName;
        return SubordinateIds.AreThere() ? Finding.Ok($"'{user}' has subordinate ids, so pods may have several users")
            : Finding.Warning($"'{user}' has no subordinate ids (/etc/subuid, /etc/subgid, newuidmap), so on the embedded engine all processes of pods run as one user",
                $"as root: apt-get install uidmap && usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}");
    }

    /// <summary>Of what the engine cannot do without.</summary>
    private CheckState OfEngine() => surroundings.IsEmbedded() == false ? CheckState.Warning : CheckState.Failed;

    /// <summary>The nearest that exists; a file where there should be a folder is one in which nothing can be made.</summary>
    private static string Existing(string folder)
    {
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } above)
            folder = above;
        return folder;
    }

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");
}
