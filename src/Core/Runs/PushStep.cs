using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Push;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Pushes the targets of a run, all or nothing: a kontrakt that failed, or was not judged, holds back every image.</summary>
internal sealed class PushStep(KontraktSettings settings, IRunLog log, RunStore store)
{
    public async Task<bool> PushAsync(CancellationToken cancellationToken)
    {
        var run = store.Record;
        var pending = run.Kontrakts.Where(kontrakt => kontrakt.State != RunState.Passed).Select(kontrakt => kontrakt.Name).ToList();
        if (pending.Count > 0)
        {
            log.Report(new RunEvent.Reported(Ktr.PushWithoutPass.At(null, run.Id, string.Join(", ", pending))));
            return false;
        }
        var targets = run.Kontrakts.ToDictionary(kontrakt => kontrakt.Name, kontrakt => TargetImages.Of(store.Manifests.Resolved(run, kontrakt), run.Repository, run.PullRepository));
        var images = targets.Values.SelectMany(each => each).DistinctBy(target => target.Image).ToList();
        if (images.Count == 0 || !Pushes(settings, run))
        {
            new PipelineResults(settings, log).WriteNone();
            return true;
        }
        using var registry = new RegistryClient(RegistryAccess.Options(settings, log));
        var began = DateTimeOffset.UtcNow;
        var pushed = await TargetPusher.PushAsync(Request(settings, run, images), registry, log, cancellationToken);
        var byDigest = pushed.ToLookup(image => image.Digest);
        foreach (var (kontrakt, used) in targets)
            store.Update(kontrakt, record => record with { Pushed = [.. used.SelectMany(target => byDigest[target.Image.Digest]).Distinct().Select(image => image.ToString())] });
        store.Update(record => record.Ending(RunStep.Push, began));
        if (settings.Attest)
            await new AttestStep(settings, log, store, registry).AttestAsync(pushed, targets, cancellationToken);
        await new PipelineResults(settings, log).WriteAsync(pushed, registry, cancellationToken);
        return true;
    }

    /// <summary>What would keep targets from being pushed, as far as it is known without a registry: said before anything runs, not after.</summary>
    /// <exception cref="KontraktException">A target whose registry is not allowed, a setting that is wrong, a key that cannot be used.</exception>
    public static void Check(KontraktSettings settings, RunRecord run, IReadOnlyList<TargetImage> targets)
    {
        if (targets.Count == 0 || !Pushes(settings, run))
            return;
        _ = TargetPushPlan.For(Request(settings, run, targets));
        AttestStep.Check(settings);
    }

    /// <summary>The same of what no build has a part in: said before anything is built.</summary>
    /// <param name="place">Of a target.</param>
    /// <exception cref="KontraktException">As above.</exception>
    public static void CheckSettings(KontraktSettings settings, string? repository, SourceLocation place)
    {
        if ((repository ?? settings.PushRepository) is null)
            return;
        var problems = new List<Diagnostic>(TargetPushPlan.ProblemsOf(settings.PushTags));
        if (settings.PushRepository is { } pushed && !ImageReference.TryParse($"{pushed.TrimEnd('/')}/image", out _, out var problem))
            problems.Add(Ktr.InvalidSetting.At(place, "KontraktPushRepository", pushed, problem));
        else if (settings.PushRepository is { } named && !PushGuard.Allows(named, settings.PushRegistries))
            problems.Add(PushGuard.Problem(named, settings.PushRegistries, place));
        KontraktException.ThrowIfAny(problems);
        AttestStep.Check(settings);
    }

    /// <summary>False where neither the build nor a copy has anywhere to push to: the targets are somebody else's and stay where they are.</summary>
    private static bool Pushes(KontraktSettings settings, RunRecord run) => (run.Repository ?? settings.PushRepository) is not null;

    private static TargetPushRequest Request(KontraktSettings settings, RunRecord run, IReadOnlyList<TargetImage> targets) => new()
    {
        Targets = targets,
        Repository = run.Repository,
        PullRepository = run.PullRepository,
        PushRepository = settings.PushRepository,
        SourceReference = run.SourceReference ?? throw Ktr.SourceReferenceMissing.Error(targets[0].Location, run.Directory, "not known to have a commit"),
        Tags = settings.PushTags,
        AllowedRegistries = PushGuard.Allowed(settings, run.Repository),
    };
}
