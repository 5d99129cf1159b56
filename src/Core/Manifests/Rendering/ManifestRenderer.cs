using System.Text;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Rendering;

/// <summary>Makes manifests of what only another program reads: a kustomization, or a chart of Helm.</summary>
public static class ManifestRenderer
{
    /// <summary>
    /// The kontrakt with the rendered objects in files of the output folder (written only when they change) beside its assertions; the folder itself
    /// when nothing has to be rendered. The definitions of a chart are apart from its objects. Diagnostics then name places in the rendered files; relative image paths stay relative to the kontrakt's folder.
    /// </summary>
    /// <exception cref="KontraktException">KTR1017, KTR1080: the program does not exist, or failed; with what it said. KTR1081, KTR1082: what cannot be run here.</exception>
    public static Task<KontraktFolder> RenderAsync(KontraktFolder folder, string outputDirectory, CancellationToken cancellationToken) =>
        RenderAsync(folder, outputDirectory, RendererPrograms.OfThisMachine, cancellationToken);

    internal static async Task<KontraktFolder> RenderAsync(KontraktFolder folder, string outputDirectory, RendererPrograms programs, CancellationToken cancellationToken)
    {
        if (folder.RenderedFrom is not { } source)
            return folder;
        var output = Path.Combine(Path.GetFullPath(outputDirectory), folder.Name + KontraktFolder.RenderedSuffix);
        IReadOnlyList<(string Name, string Text)> rendered = HelmRenderer.IsChart(source)
            ? await HelmRenderer.RenderAsync(folder, source, output, programs, cancellationToken)
            : [(folder.Name + ".yaml", await KustomizeRenderer.RenderAsync(folder.Directory, source, programs, cancellationToken))];
        foreach (var (name, text) in rendered)
            await ManifestFile.WriteAsync(Path.Combine(output, name), Encoding.UTF8.GetBytes(text), cancellationToken);
        var files = rendered.ToLookup(file => !folder.IsPrerequisite && HelmRenderer.IsDefinition(file.Name), file => Path.Combine(output, file.Name));
        return folder with { Files = [.. files[false], .. folder.Files.Except(files[false])], Definitions = [.. files[true]] };
    }
}
