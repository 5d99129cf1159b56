using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests.Sources;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Doctor;

/// <summary>What the kontrakts of the directory need of their surroundings.</summary>
/// <param name="Images">Names of the images that a run would build; null where that is not known.</param>
/// <param name="Projects">Whether some are made from projects; true where that is not known.</param>
/// <param name="InCluster">Whether some are built in the cluster.</param>
/// <param name="Watched">The kinds whose state a run watches.</param>
/// <param name="Found">What there is to say of the kontrakts themselves.</param>
internal sealed record RunNeeds(IReadOnlyList<string>? Images, bool Projects, bool InCluster, IReadOnlyList<GroupVersionKind> Watched, Finding Found)
{
    public static async Task<RunNeeds> ReadAsync(KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log, CancellationToken cancellationToken)
    {
        try
        {
            var (kontrakts, problems) = await TestListing.ReadAsync(settings, "doctor", log, cancellationToken);
            KontraktException.ThrowIfAny(problems);
            var plan = ImagePlan.Of(kontrakts, items, settings);
            return new([.. plan.Images.Select(image => image.Name)], plan.Projects.Count > 0, plan.Builds.Count > 0, [.. kontrakts.SelectMany(ClusterWatch.KindsOf).Distinct()],
                Finding.Ok(string.Create(CultureInfo.InvariantCulture, $"{kontrakts.Count} below '{settings.Directory}': {string.Join(", ", kontrakts.Select(kontrakt => kontrakt.Folder.Name))}").TrimEnd(':', ' ')));
        }
        catch (KontraktException failure)
        {
            // A machine on which there is nothing to run yet may be in order; manifests with errors never run.
            var isNone = failure.Is(Ktr.NoKontrakt);
            return new(null, Projects: true, InCluster: true, [], Finding.Of(failure, isNone ? "kontrakt init SOURCE" : "kontrakt list", isNone ? CheckState.Warning : CheckState.Failed));
        }
    }
}
