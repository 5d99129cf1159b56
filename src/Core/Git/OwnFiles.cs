using System.Collections.Concurrent;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Git;

/// <summary>
/// What this program writes into a working tree, which is not a source: runs, the engine's folder, kept verdicts, reports (those that the settings name, and
/// those that earlier runs wrote: <see cref="WrittenFiles"/>), and what its builds leave in bin and obj beside a project. Where git ignores them they are
/// never asked about; many repositories do not ignore them.
/// </summary>
public sealed class OwnFiles
{
    private readonly List<string> _folders = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly string? _indexes;
    private readonly ConcurrentDictionary<string, bool> _projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WrittenFiles> _written = new(StringComparer.Ordinal);
    private readonly string _runs;

    private OwnFiles(KontraktSettings settings)
    {
        _runs = settings.RunsDirectory;
        foreach (var folder in new[] { settings.RunsDirectory, settings.EngineDirectory, settings.VerdictCache }.OfType<string>())
            // One that holds the sources as well does not decide about what is in it.
            if (!StateFolder.Holds(folder, settings.Directory))
                _folders.Add(RealPath.Of(Path.GetFullPath(folder)));
        foreach (var file in new[] { settings.JUnit, settings.Trx, settings.Html, settings.Markdown, settings.StepSummary, settings.StepOutput }.OfType<string>())
            _files.Add(RealPath.Of(Path.GetFullPath(file)));
        foreach (var name in settings.Results is null ? [] : new[] { "IMAGE_URL", "IMAGE_DIGEST", "IMAGES" })
            _files.Add(RealPath.Of(Path.GetFullPath(Path.Combine(settings.Results ?? "", name))));
        _indexes = settings.ImageOutput is { } output ? RealPath.Of(Path.GetFullPath(output)) : null;
    }

    public static OwnFiles Of(KontraktSettings settings) => new(settings);

    /// <param name="root">The working tree; what it is in does not matter.</param>
    /// <param name="path">A full path without links; of a file that git does not track.</param>
    public bool Contain(string root, string path) => _files.Contains(WholeFile.OfDraft(path) ?? path) || _folders.Exists(folder => StateFolder.Holds(folder, path)) || IsIndex(path) || IsBuilt(root, path) || IsWritten(root, path);

    /// <summary>An image's index.json, in a folder that is named after it.</summary>
    private bool IsIndex(string path) => _indexes is not null && Path.GetFileName(path) == "index.json" && Path.GetDirectoryName(Path.GetDirectoryName(path)) == _indexes;

    /// <summary>By a run with these settings' runs directory, or with that of a project in a folder above the file.</summary>
    private bool IsWritten(string root, string path)
    {
        if (Written(_runs).Has(path))
            return true;
        for (var folder = Path.GetDirectoryName(path); folder is not null && StateFolder.Holds(root, folder); folder = Path.GetDirectoryName(folder))
            if (Written(Path.Combine(folder, "obj", "kontrakt")).Has(path))
                return true;
        return false;
    }

    private WrittenFiles Written(string runs) => _written.GetOrAdd(runs, folder => new(folder, folder));

    private bool IsBuilt(string root, string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder != root; folder = Path.GetDirectoryName(folder))
            if (Path.GetFileName(folder) is "bin" or "obj" && Path.GetDirectoryName(folder) is { } above && _projects.GetOrAdd(above, HasProject))
                return true;
        return false;
    }

    private static bool HasProject(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.*proj").Any();
}
