using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Tool.Settings;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool.Developing;

/// <summary>Runs kontrakts, and again those that a change concerns, in namespaces that stay until the end.</summary>
internal sealed class DevSession(VerbContext context)
{
    private static readonly string[] OfProjects = [".props", ".targets", ".rsp"];

    private readonly OwnFiles _own = OwnFiles.Of(context.Settings);
    private VerbContext _context = context;
    private ChangeSet _changes = new(context.Settings, context.Images);
    private bool _settingsChanged;
    private OpenRun? _run;

    /// <summary>Ends only when it is cancelled, and then deletes what it made.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var files = new FileChanges(IsOwn);
        try
        {
            // Before anything is read: what is changed while it runs, counts in the next round.
            files.Watch(_changes.Folders);
            while (true)
            {
                await RoundAsync(files, cancellationToken);
                foreach (var path in await Changes(files, cancellationToken))
                {
                    _changes.Add(path);
                    _settingsChanged |= path is null || OfProjects.Contains(Path.GetExtension(path)) || Path.GetExtension(path).EndsWith("proj", StringComparison.Ordinal) || Path.GetFileName(path) == "global.json";
                }
            }
        }
        finally
        {
            if (_run is not null)
                await _run.DeleteAsync(CancellationToken.None);
        }
    }

    private async Task RoundAsync(FileChanges files, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        string verdict;
        try
        {
            verdict = await RunChangedAsync(files, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that went away while it was to be read; what replaces it is a change, too.
            _context.Log.Report(new RunEvent.Reported(Ktr.FileUnreadable.At(new(_context.Settings.Directory), e.Message)));
            verdict = "failed";
        }
        catch (KontraktException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                _context.Log.Report(new RunEvent.Reported(diagnostic));
            verdict = "failed";
        }
        _context.Log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"{verdict} in {clock.Elapsed.TotalSeconds:0.0} s; waiting for changes (Ctrl+C ends and deletes)")) { IsIdle = true });
    }

    private async Task<string> RunChangedAsync(FileChanges files, CancellationToken cancellationToken)
    {
        if (_settingsChanged)
            Reread();
        var discovered = await _context.Runs.BeginAsync(_context.Images, _changes.Choose, cancellationToken);
        files.Watch(_changes.Folders);
        var run = discovered.Run;
        var names = run.Record.Kontrakts.Select(kontrakt => kontrakt.Name).ToList();
        _context.Say(names.Count == 0 ? "the change concerns no kontrakt" : $"run {run.Id}: {string.Join(", ", names)}");
        if (_run is null)
            await run.PreflightAsync(cancellationToken);
        await RunBeginning.BuildAsync(_context, discovered, cancellationToken);
        await run.ResolveAsync(cancellationToken);
        var before = _run;
        _run = run;
        await run.RunAgainAsync(before, _changes.Existing, cancellationToken);
        _changes.Clear(names);
        return RunSummary.Of(run.Record).Verdicts;
    }

    /// <summary>What the project says now. Everything counts as changed by it.</summary>
    private void Reread()
    {
        var read = CommandSettings.Read(_context.Arguments, _context.Variable, _context.Log);
        _context = _context.With(read);
        _changes = new(read.Settings, read.Images);
        _settingsChanged = false;
    }

    private static async Task<IReadOnlyCollection<string?>> Changes(FileChanges files, CancellationToken cancellationToken)
    {
        try
        {
            return await files.NextAsync(cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is KontraktException cause)
        {
            throw cause;
        }
    }

    /// <summary>What builds, editors and version control write beside the sources.</summary>
    private bool IsOwn(string path) => _own.Contain(Path.GetPathRoot(path) ?? "/", path)
        || path.Split(Path.DirectorySeparatorChar).Any(part => part is ".git" or ".vs" or ".idea" or "node_modules");
}
