using System.Collections.Concurrent;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What a run takes over of earlier verdicts, and leaves for later runs.</summary>
internal sealed class KeptVerdicts
{
    private readonly KontraktSettings _settings;
    private readonly IRunLog _log;
    private readonly RunStore _store;
    private readonly VerdictCache _cache;
    private readonly string? _cluster;
    private readonly ConcurrentDictionary<string, VerdictCover> _covers = new(StringComparer.Ordinal);

    /// <param name="cluster">Its kind; null where it does not say.</param>
    public KeptVerdicts(OpenRun run, string? cluster)
    {
        (_settings, _log, _store, _cluster) = (run.Settings, run.Log, run.Store, cluster);
        _cache = _settings.VerdictCache is { } shared ? new(shared, _log, new(_settings.RunsDirectory, _settings.Directory)) : new(Path.Combine(_settings.RunsDirectory, "verdicts"), _log);
    }

    /// <summary>Takes over the verdicts of those kontrakts that have one.</summary>
    /// <returns>Whether that is all of them, so that there is nothing to run.</returns>
    public bool TakeOver()
    {
        var all = true;
        foreach (var kontrakt in _store.Record.Kontrakts.Where(kontrakt => kontrakt.State >= RunState.Resolved))
            all &= TakeOver(kontrakt);
        return all;
    }

    /// <summary>Keeps what passed; takes away what failed since it was kept. A run that was cut short says nothing.</summary>
    public void Keep(RunKontrakt kontrakt)
    {
        if (!_covers.TryGetValue(kontrakt.Name, out var cover))
            return;
        if (kontrakt.State == RunState.Failed)
            _cache.Remove(cover);
        else if (kontrakt is { State: RunState.Passed, Began: { } began, Ended: { } ended } && kontrakt.Tests.All(test => test.Passed))
            _cache.Save(VerdictEntry.Of(cover, new(_store.Record.Id, ended, Math.Round(Math.Max(0, (ended - began).TotalSeconds), 3),
                [.. kontrakt.Tests.Select(test => new VerdictTest(test.Name, Math.Round(test.Seconds, 3)))], _store.Record.SourceReference, _store.Record.Cluster?.Name)));
    }

    private bool TakeOver(RunKontrakt kontrakt)
    {
        var manifests = _store.Manifests.Resolved(_store.Record, kontrakt);
        if (Tests(manifests) is not { } tests)
            return false;
        if (WhyNot(manifests) is { } why)
        {
            _log.Report(new RunEvent.Detail($"{kontrakt.Name}: its verdict is not kept: {why}"));
            _store.Update(kontrakt.Name, record => record with { NotKept = why });
            return false;
        }
        var cover = VerdictCover.Of(manifests, _settings, ThisVersion, _cluster ?? "");
        _covers[kontrakt.Name] = cover;
        // Who wants the namespace to look at wants the kontrakt to run.
        if (_settings.Force || _settings.Keep == KeepPolicy.Always || _cache.Find(cover, tests.Select(test => test.Name)) is not { } entry)
            return false;
        Accept(kontrakt.Name, entry, tests);
        return true;
    }

    /// <summary>The verdict of an earlier run, with the tests where they are now.</summary>
    private void Accept(string kontrakt, VerdictEntry entry, IReadOnlyList<KontraktTest> tests)
    {
        var seconds = entry.Passed.Tests.ToLookup(test => test.Name, test => test.Seconds, StringComparer.Ordinal);
        var now = DateTimeOffset.UtcNow;
        _store.Update(kontrakt, record => record with
        {
            State = RunState.Passed,
            Began = now,
            Ended = now,
            Cached = new(entry.Passed.Run, entry.Passed.At, entry.Key),
            Tests = [.. tests.Select(test => new RunTest(test.Name, true, seconds[test.Name].FirstOrDefault(), null, null, test.Location.File, test.Location.Line, test.Location.Column))],
        });
        _log.Report(new RunEvent.KontraktEnded(kontrakt, true, TimeSpan.Zero) { CachedFrom = entry.Passed.At });
    }

    private string? WhyNot(KontraktManifests manifests) => _cluster is null ? "the cluster does not say its version" : VerdictLimits.Find(manifests, _settings);

    /// <summary>Null where an annotation is wrong: then the kontrakt runs, and that is its error.</summary>
    private static IReadOnlyList<KontraktTest>? Tests(KontraktManifests manifests)
    {
        try
        {
            return KontraktTest.AllOf(manifests);
        }
        catch (KontraktException)
        {
            return null;
        }
    }

    /// <summary>Versions of one number differ while Kontrakt itself is being made; the compiler's id of its code tells them apart.</summary>
    private static string ThisVersion { get; } = $"{EngineFolder.Version} (build {typeof(KeptVerdicts).Module.ModuleVersionId:N})";
}
