using System.Diagnostics;
using System.Globalization;

namespace Kontrakt.Testing;

/// <summary>
/// 'dotnet test' that gets SIGTERM ends at once and tells nobody. A signal to its group reaches the runner as well; one to it alone does not, so the
/// runner sees that its parent is gone, and ends as if it had got the signal.
/// </summary>
internal sealed class ParentProcess : IDisposable
{
    private const string Status = "/proc/self/status";
    private const string ParentId = "PPid:";

    private readonly Process _parent;

    private ParentProcess(Process parent) => _parent = parent;

    /// <param name="ending">Cancelled when the parent is gone.</param>
    /// <returns>Null where the system does not say who the parent is: elsewhere than on Linux.</returns>
    public static ParentProcess? Watch(CancellationTokenSource ending)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var id = int.Parse(File.ReadLines(Status).First(line => line.StartsWith(ParentId, StringComparison.Ordinal))[ParentId.Length..], CultureInfo.InvariantCulture);
        try
        {
            var parent = Process.GetProcessById(id);
            parent.EnableRaisingEvents = true;
            parent.Exited += (_, _) => ending.Cancel();
            return new(parent);
        }
        catch (ArgumentException)
        {
            // It is gone already.
            ending.Cancel();
            return null;
        }
    }

    public void Dispose() => _parent.Dispose();
}
