using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Rendering;

/// <summary>Renders a kustomization with what the machine has: kubectl, else kustomize.</summary>
internal static class KustomizeRenderer
{
    private static readonly (string Program, string Verb)[] Renderers = [("kubectl", "kustomize"), ("kustomize", "build")];

    /// <exception cref="KontraktException">KTR1017: neither program exists, or it failed; with what it said.</exception>
    public static async Task<string> RenderAsync(string directory, string kustomization, RendererPrograms programs, CancellationToken cancellationToken)
    {
        var place = new SourceLocation(kustomization, 1, 1);
        if (File.Exists(Path.Combine(directory, HelmRenderer.ChartFile)))
            throw Ktr.Kustomize.Error(place, $"beside it is a {HelmRenderer.ChartFile}, and one of the two has to say what the objects are; move the chart into a folder that the kustomization names");
        foreach (var (program, verb) in Renderers)
            if (await programs.RunAsync(program, [verb, directory], directory, [], cancellationToken) is { } output)
                return output.ExitCode == 0 ? output.Text : throw Ktr.Kustomize.Error(place, $"{program} {verb} says: {output.Cause}");
        throw Ktr.Kustomize.Error(place, "neither kubectl nor kustomize is on the PATH; install one of them");
    }
}
