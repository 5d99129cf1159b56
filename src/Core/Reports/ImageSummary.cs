using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>How the images of a run came to be, in numbers.</summary>
internal sealed record ImageSummary(int Built, int Unchanged, int Resolved)
{
    public static ImageSummary Of(RunRecord run) => new(run.Images.Count(image => !image.Reused), run.Images.Count(image => image.Reused), run.Pinned.Count);

    /// <summary>"2 built, 1 unchanged, 4 resolved"; what is zero is left out.</summary>
    public override string ToString() => string.Join(", ", new[] { (Built, "built"), (Unchanged, "unchanged"), (Resolved, "resolved") }.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"));
}
