using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Clusters;

/// <summary>
/// Who holds a lease, as a label value: "host.pid.start" for a process, "host.detached" and "host.kept" for leases that outlive theirs on purpose.
/// The host part is a hash of machine, user and process namespace: processes are only judged by those who would see them.
/// </summary>
internal static class LeaseOwner
{
    private static readonly Lazy<string> HostHash = new(ReadHost);

    public static string Detached => $"{HostHash.Value}.detached";
    public static string Kept => $"{HostHash.Value}.kept";

    /// <summary>This process.</summary>
    public static string Current()
    {
        using var self = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{HostHash.Value}.{self.Id}.{StartOf(self.Id) ?? "0"}");
    }

    /// <summary>Whether the owner is a process of this machine, user and process namespace that no longer runs. False whenever that cannot be known.</summary>
    public static bool IsDead(string owner)
    {
        var parts = owner.Split('.');
        if (parts.Length != 3 || parts[0] != HostHash.Value || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            return false;
        return StartOf(pid) is not { } start || (start.Length > 0 && parts[2] != "0" && start != parts[2]);
    }

    /// <summary>When a process began, in a form that no later process of the same id has; null when there is none, "" when it cannot be known.</summary>
    private static string? StartOf(int pid) => OperatingSystem.IsLinux() ? StartInProc(pid) : StartElsewhere(pid);

    /// <summary>The boot's id and field 22 of /proc/(pid)/stat (proc(5)): ticks since that boot. A zombie has ended.</summary>
    private static string? StartInProc(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : $"{BootId()}-{fields[19]}";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // ESRCH while reading: the process ended under our eyes. Everything else is unknown, and unknown lives.
            return Directory.Exists($"/proc/{pid}") ? "" : null;
        }
    }

    private static string BootId() => ReadOr("/proc/sys/kernel/random/boot_id", "00000000")[..8];

    private static string? StartElsewhere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return ""; // Another user's process: it runs, and nothing else is known.
        }
    }

    private static string ReadHost()
    {
        var ns = "";
        if (OperatingSystem.IsLinux())
            ns = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        var identity = string.Join('\n', Environment.MachineName, ReadOr("/etc/machine-id", ""), Environment.UserName, ns);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..12];
    }

    private static string ReadOr(string file, string otherwise)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return otherwise; // Absent outside Linux and in slim containers; the other parts of the identity remain.
        }
    }
}
