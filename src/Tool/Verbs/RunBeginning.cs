using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tool.Verbs;

/// <summary>How a run begins, or goes on where an earlier process left it.</summary>
internal static class RunBeginning
{
    /// <summary>Discovers and builds: a new run with its images.</summary>
    /// <param name="preflight">Whether to ask the cluster first; a missing right is then said before anything is built.</param>
    public static async Task<OpenRun> BuildAsync(VerbContext context, bool preflight, CancellationToken cancellationToken)
    {
        var discovered = await context.Runs.BeginAsync(context.Images, cancellationToken);
        var (run, builds) = (discovered.Run, discovered.Run.Record.Builds.Count);
        context.Say($"run {run.Id}: {CountText.Format(run.Record.Kontrakts.Count, "kontrakt")}, {CountText.Format(discovered.Projects.Count + builds, "image")} to build");
        if (preflight)
            await run.PreflightAsync(cancellationToken);
        await BuildAsync(context, discovered, cancellationToken);
        return run;
    }

    /// <summary>Builds the images of a run.</summary>
    public static async Task BuildAsync(VerbContext context, DiscoverResult discovered, CancellationToken cancellationToken)
    {
        var run = discovered.Run;
        run.RecordImages(await ImageBuilding.BuildAsync(context, discovered, cancellationToken));
        if (run.Record.Builds.Count > 0)
        {
            var (built, unchanged) = await run.BuildInClusterAsync(cancellationToken);
            context.Say($"images by Dockerfile: {built} built, {unchanged} unchanged");
        }
    }

    /// <summary>A run with built images: the one named; else the latest while it has not been applied and its sources are the same; else a new one.</summary>
    public static async Task<OpenRun> BuiltAsync(VerbContext context, string? id, bool preflight, CancellationToken cancellationToken)
    {
        if (id is not null)
            return context.Runs.Open(id, RunStep.Build);
        if (context.Runs.Latest(record => GoesOn(context, record)) is not { } latest)
            return await BuildAsync(context, preflight, cancellationToken);
        context.Say($"run {latest.Id}: going on");
        return latest;
    }

    /// <summary>The same, with resolved manifests, for a cluster.</summary>
    public static async Task<OpenRun> ResolvedAsync(VerbContext context, string? id, CancellationToken cancellationToken)
    {
        var run = await BuiltAsync(context, id, preflight: true, cancellationToken);
        if (run.Record.Kontrakts.Any(kontrakt => kontrakt.State < RunState.Resolved))
            await run.ResolveAsync(cancellationToken);
        return run;
    }

    /// <summary>Whether the latest run has its images, has not been applied, and would be the same if it began now.</summary>
    private static bool GoesOn(VerbContext context, RunRecord latest) =>
        latest.Directory == context.Settings.Directory
        && latest.Kontrakts.All(kontrakt => kontrakt.State < RunState.Applied)
        && latest.AreProjectsBuilt
        && latest.Builds.All(build => latest.Images.Any(image => image.Source == build.Key))
        && (context.Settings.Repository is null || context.Settings.Repository == latest.Repository)
        && CurrentSourceReference(context) is { } current && current == latest.SourceReference && !SourceReference.IsOfOneFolder(current);

    private static string? CurrentSourceReference(VerbContext context)
    {
        try
        {
            return SourceReference.Resolve(context.Settings, context.CommitVariables());
        }
        catch (KontraktException)
        {
            // Not to be known here: then nobody can say that the sources are the same. A new run says what is missing.
            return null;
        }
    }
}
