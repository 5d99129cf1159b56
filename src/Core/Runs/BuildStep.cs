using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

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
        var built = await BuildAllAsync(builds, site, cancellationToken);
        store.Update(record => record with { Images = [.. record.Images.Where(image => builds.All(build => build.Key != image.Source)), .. built.Select(ToRecord)] });
        return new(built.Count(image => !image.Reused), built.Count(image => image.Reused));
    }

    /// <summary>What others stand on comes before them. Where builds stand on each other, they are built as they are, and say what is missing.</summary>
    private async Task<IReadOnlyList<BuiltImage>> BuildAllAsync(IReadOnlyList<ImageBuild> builds, BuildSite site, CancellationToken cancellationToken)
    {
        var built = new List<BuiltImage>();
        for (var left = builds.ToList(); left.Count > 0;)
        {
            var next = left.Where(build => !left.Exists(other => other != build && StandsOn(build, other))).ToList();
            next = next.Count == 0 ? left : next;
            built.AddRange(await BuildRoundAsync(next, site, cancellationToken));
            left = [.. left.Except(next)];
        }
        return built;
    }

    private bool StandsOn(ImageBuild build, ImageBuild other) => store.Record.Repository is { } repository && build.StandsOn($"{repository}/{other.Name}", repository);

    /// <summary>One that fails does not stop the others: all errors are said at once.</summary>
    private async Task<IReadOnlyList<BuiltImage>> BuildRoundAsync(List<ImageBuild> builds, BuildSite site, CancellationToken cancellationToken)
    {
        var built = new BuiltImage?[builds.Count];
        var problems = new IReadOnlyList<Diagnostic>[builds.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, builds.Count, options, async (index, token) =>
        {
            problems[index] = [];
            try
            {
                built[index] = await builds[index].RunAsync(ImageOf(builds[index]), site, token);
            }
            catch (KontraktException e)
            {
                problems[index] = e.Diagnostics;
            }
        });
        KontraktException.ThrowIfAny([.. problems.SelectMany(each => each)]);
        return [.. built.OfType<BuiltImage>()];
    }

    private ImageReference ImageOf(ImageBuild build) =>
        ImageReference.Parse($"{store.Record.Repository ?? throw Ktr.RepositoryMissing.Error(build.Location)}/{build.Name}").WithTag(store.Record.SourceReference);

    private static RunImage ToRecord(BuiltImage image) =>
        new(image.Source, image.Reference.Name, image.Reference.Tag ?? "", image.Reference.Digest.ToString() ?? "", image.Reused);
}

/// <param name="Unchanged">Found in the registry as it was.</param>
public sealed record BuildCount(int Built, int Unchanged);
