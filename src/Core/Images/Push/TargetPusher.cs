using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Push;

/// <summary>Pushes the targets of runs that passed: by digest, so what is pushed is what was tested.</summary>
public static class TargetPusher
{
    private const int Parallelism = 4;

    /// <summary>The references by digest of what was pushed, each under the first of its tags.</summary>
    /// <exception cref="KontraktException">A target that may not or cannot be pushed. Nothing is pushed when the plan has an error.</exception>
    public static async Task<IReadOnlyList<ImageReference>> PushAsync(TargetPushRequest request, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var plan = TargetPushPlan.For(request);
        var problems = new List<Diagnostic>();
        var pushed = new ImageReference?[plan.Pushes.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, plan.Pushes.Count, options, async (index, token) =>
        {
            try
            {
                pushed[index] = await PushAsync(plan.Pushes[index], registry, token);
                log.Report(new RunEvent.Progress($"pushed {pushed[index]}"));
            }
            catch (KontraktException error)
            {
                lock (problems)
                    problems.AddRange(error.Diagnostics);
            }
        });
        KontraktException.ThrowIfAny(problems);
        return [.. pushed.OfType<ImageReference>()];
    }

    private static async Task<ImageReference> PushAsync(PlannedPush push, RegistryClient registry, CancellationToken cancellationToken)
    {
        _ = await RegistryProblems.ReadingAsync(push.Source.ToString(), push.Location, () => registry.ResolveAsync(push.Source, cancellationToken))
            ?? throw Ktr.ImageMissing.Error(push.Location, push.Source, $"'{push.Source.Registry}' no longer has it");
        return await RegistryProblems.WritingAsync(push.Destination.Name, push.Location, async () =>
        {
            foreach (var tag in push.Tags)
                await TagAsync(push, push.Destination.WithTag(tag), registry, cancellationToken);
            return push.Destination.WithTag(push.Tags[0]).WithDigest(push.Source.Digest);
        });
    }

    private static async Task TagAsync(PlannedPush push, ImageReference destination, RegistryClient registry, CancellationToken cancellationToken)
    {
        if ((await registry.ResolveAsync(destination, cancellationToken))?.Digest == push.Source.Digest)
            return;
        var copy = await ImageCopier.CopyAsync(registry, push.Source, destination, cancellationToken);
        if (copy.Manifest.Digest != push.Source.Digest)
            throw Ktr.RegistryCorrupt.Error(push.Location, destination.Registry, $"{destination} became {copy.Manifest.Digest} in place of {push.Source.Digest}");
    }
}
