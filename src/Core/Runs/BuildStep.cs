using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Builds what a run needs that no SDK builds: in pods of the cluster, each source once, several at once.</summary>
internal sealed class BuildStep(KontraktSettings settings, IRunLog log, ClusterAccess cluster, RunStore store)
{
    /// <exception cref="KontraktException">Every build that failed.</exception>
    public async Task<BuildCount> BuildAsync(CancellationToken cancellationToken)
    {
        var builds = store.Record.Builds;
        if (builds.Count == 0)
            return new(0, 0);
        using var registry = new RegistryClient(RegistryAccess.Options(settings, log));
        await using var site = new BuildSite(settings, cluster, registry, log, store.Record.Id);
        var (keys, began) = (builds.Select(build => build.Key).ToList(), DateTimeOffset.UtcNow);
        store.Update(record => record with { Images = [.. record.Images.Where(image => !keys.Contains(image.Source))] });
        try
        {
            await BuildAllAsync(builds, site, cancellationToken);
        }
        finally
        {
            // In the order of the builds, whichever was done first.
            store.Update(record => record.EndingBuild(began) with { Images = [.. record.Images.OrderBy(image => keys.IndexOf(image.Source))] });
        }
        var built = store.Record.Images.Where(image => keys.Contains(image.Source)).ToList();
        return new(built.Count(image => !image.Reused), built.Count(image => image.Reused));
    }

    /// <summary>The base of others comes before them. Where builds are each other's base, they are built as they are, and report what is missing.</summary>
    private async Task BuildAllAsync(IReadOnlyList<ImageSource> builds, BuildSite site, CancellationToken cancellationToken)
    {
        for (var left = builds.ToList(); left.Count > 0;)
        {
            var next = left.Where(build => !left.Exists(other => other != build && StandsOn(build, other))).ToList();
            next = next.Count == 0 ? left : next;
            await BuildRoundAsync(next, site, cancellationToken);
            left = [.. left.Except(next)];
        }
    }

    private bool StandsOn(ImageSource build, ImageSource other) => store.Record.Repository is { } repository && build.StandsOn($"{repository}/{other.Name}", repository);

    /// <summary>One that fails does not stop the others: all errors are reported at once. Each that is built is recorded.</summary>
    private async Task BuildRoundAsync(List<ImageSource> builds, BuildSite site, CancellationToken cancellationToken)
    {
        var problems = new IReadOnlyList<Diagnostic>[builds.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, builds.Count, options, async (index, token) =>
        {
            problems[index] = [];
            try
            {
                await BuildOneAsync(builds[index], site, token);
            }
            catch (KontraktException e)
            {
                problems[index] = e.Diagnostics;
            }
        });
        KontraktException.ThrowIfAny([.. problems.SelectMany(each => each)]);
    }

    private async Task BuildOneAsync(ImageSource build, BuildSite site, CancellationToken cancellationToken)
    {
        var began = DateTimeOffset.UtcNow;
        var image = RunImage.From(await ImageBuilds.RunAsync(build, ImageOf(build), site, cancellationToken), build.Builder, began, DateTimeOffset.UtcNow);
        store.Update(record => record with { Images = [.. record.Images, image] });
    }

    private ImageReference ImageOf(ImageSource build) =>
        ImageReference.Parse($"{store.Record.Repository ?? throw Ktr.RepositoryMissing.Error(build.Location)}/{build.Name}").WithTag(store.Record.SourceReference);
}

/// <param name="Unchanged">Found in the registry as it was.</param>
public sealed record BuildCount(int Built, int Unchanged);
