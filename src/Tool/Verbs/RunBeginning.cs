using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tool.Verbs;

/// <summary>How a run begins, or goes on where an earlier process left it.</summary>
internal static class RunBeginning
{
    /// <summary>Discovers and builds: a new run with its images.</summary>
    /// <param name="preflight">Whether to ask the cluster first; a missing right is then said before anything is built.</param>
    public static async Task<RunRecord> BuildAsync(VerbContext context, bool preflight, CancellationToken cancellationToken)
    {
        var discovered = await context.Steps.DiscoverAsync([], cancellationToken);
        context.RunId = discovered.Run.Id;
        context.Say($"run {discovered.Run.Id}: {Count(discovered.Run.Kontrakts.Count, "kontrakt")}, {Count(discovered.Projects.Count + discovered.Run.Builds.Count, "image")} to build");
        if (preflight)
            await context.Steps.PreflightAsync(discovered.Run.Id, cancellationToken);
        var images = await ImageBuilding.BuildAsync(context, discovered, cancellationToken);
        context.Steps.RecordImages(discovered.Run.Id, images);
        if (discovered.Run.Builds.Count > 0)
        {
            var (built, unchanged) = await context.Steps.BuildInClusterAsync(discovered.Run.Id, cancellationToken);
            context.Say($"images by Dockerfile: {built} built, {unchanged} unchanged");
        }
        return context.Record(discovered.Run.Id);
    }

    /// <summary>A run with built images: the one named; else the latest while it has not been applied and its sources are the same; else a new one.</summary>
    public static async Task<RunRecord> BuiltAsync(VerbContext context, string? id, bool preflight, CancellationToken cancellationToken)
    {
        if (id is not null)
            return context.Record(id);
        if (Latest(context) is { } latest && GoesOn(context, latest))
        {
            context.Say($"run {latest.Id}: going on");
            return latest;
        }
        return await BuildAsync(context, preflight, cancellationToken);
    }

    /// <summary>The same, with resolved manifests.</summary>
    public static async Task<RunRecord> ResolvedAsync(VerbContext context, string? id, bool preflight, CancellationToken cancellationToken)
    {
        var run = await BuiltAsync(context, id, preflight, cancellationToken);
        if (run.Kontrakts.Any(kontrakt => kontrakt.State < RunState.Resolved))
            await context.Steps.ResolveAsync(run.Id, cancellationToken);
        return context.Record(run.Id);
    }

    /// <summary>The latest run; null where there is none, or none that can be read: by another version, or damaged. A new one needs nothing of it.</summary>
    private static RunRecord? Latest(VerbContext context)
    {
        try
        {
            return RunStore.Find(context.Settings.RunsDirectory, null, "KontraktBuild")?.Record;
        }
        catch (KontraktException e) when (e.Diagnostics is [{ Code: var code }] && code == Ktr.RunMissing.Code)
        {
            return null;
        }
    }

    /// <summary>Whether the latest run has its images, has not been applied, and would be the same if it began now.</summary>
    private static bool GoesOn(VerbContext context, RunRecord latest) =>
        latest.Directory == context.Settings.Directory
        && latest.Kontrakts.All(kontrakt => kontrakt.State < RunState.Applied)
        && latest.AreProjectsBuilt
        && latest.Builds.All(build => latest.Images.Any(image => image.Source == build.Key))
        && (context.Settings.Repository is null || context.Settings.Repository == latest.Repository)
        && CurrentSourceReference(context) is { } current && current == latest.SourceReference;

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

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
