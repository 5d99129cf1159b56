using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>Finds the projects that have to be restored before they can be built: those that only a manifest names are in nobody's restore.</summary>
[MSBuildMultiThreadableTask]
public sealed class FindStaleRestores : KontraktTask
{
    /// <summary>Project files, full paths.</summary>
    [Required]
    public ITaskItem[] Projects { get; set; } = [];

    /// <summary>The folder of the stamps of finished restores.</summary>
    [Required]
    public string StampDirectory { get; set; } = "";

    /// <summary>The projects to restore; metadata Stamp is the file to touch afterwards.</summary>
    [Output]
    public ITaskItem[] Stale { get; private set; } = [];

    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        var directory = Absolute(StampDirectory);
        Stale = [.. Projects
            .Select(project => (File: project.ItemSpec, Stamp: Path.Combine(directory, StampName(project.ItemSpec))))
            .Where(project => RestoreState.IsStale(project.File, project.Stamp))
            .Select(project => new TaskItem(project.File, new Dictionary<string, string> { ["Stamp"] = project.Stamp }))];
        return Task.CompletedTask;
    }

    private static string StampName(string projectFile) =>
        $"{Path.GetFileNameWithoutExtension(projectFile)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(projectFile)))[..8]}";
}
