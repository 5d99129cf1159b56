using System.Diagnostics;
using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool.Developing;

/// <summary>Runs kontrakts, and again those that a change concerns, in namespaces that stay until the end.</summary>
internal sealed class DevSession(VerbContext context)
{
    private readonly ChangeSet _changes = new(context.Settings, context.Images);
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
                foreach (var path in await files.NextAsync(cancellationToken))
                    _changes.Add(path);
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
        catch (KontraktException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                context.Log.Report(new RunEvent.Reported(diagnostic));
            verdict = "failed";
        }
        context.Log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"{verdict} in {clock.Elapsed.TotalSeconds:0.0} s; waiting for changes (Ctrl+C ends and deletes)")) { IsIdle = true });
    }

    private async Task<string> RunChangedAsync(FileChanges files, CancellationToken cancellationToken)
    {
        var discovered = await context.Runs.BeginAsync(context.Images, _changes.Choose, cancellationToken);
        files.Watch(_changes.Folders);
        var run = discovered.Run;
        var names = run.Record.Kontrakts.Select(kontrakt => kontrakt.Name).ToList();
        context.Say(names.Count == 0 ? "the change concerns no kontrakt" : $"run {run.Id}: {string.Join(", ", names)}");
        if (_run is null)
            await run.PreflightAsync(cancellationToken);
        await RunBeginning.BuildAsync(context, discovered, cancellationToken);
        await run.ResolveAsync(cancellationToken);
        var before = _run;
        _run = run;
        await run.RunAgainAsync(before, _changes.Existing, cancellationToken);
        _changes.Clear(names);
        return RunSummary.Of(run.Record).Verdicts;
    }

    /// <summary>What builds, editors and version control write beside the sources.</summary>
    private bool IsOwn(string path) => _own.Contain(Path.GetPathRoot(path) ?? "/", path)
        || path.Split(Path.DirectorySeparatorChar).Any(part => part is ".git" or ".vs" or ".idea" or "node_modules");

    private readonly OwnFiles _own = OwnFiles.Of(context.Settings);
}
