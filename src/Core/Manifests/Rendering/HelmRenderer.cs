using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Rendering;

/// <summary>Renders a chart with the helm of the machine: as a release that is named as the chart, with the values of every *.values.yaml beside Chart.yaml.</summary>
internal static class HelmRenderer
{
    public const string ChartFile = "Chart.yaml";

    /// <summary>Folders of a chart that only helm reads.</summary>
    private static readonly string[] Folders = ["templates", "charts", "crds"];

    /// <summary>What would choose another namespace, or print more than the cause.</summary>
    private static readonly string[] Without = ["HELM_NAMESPACE", "HELM_KUBECONTEXT", "HELM_DEBUG"];

    public static bool IsChart(string file) => Path.GetFileName(file) == ChartFile;

    public static bool IsOfHelm(string folder) => Folders.Contains(Path.GetFileName(folder), StringComparer.Ordinal);

    /// <summary>A file of a folder crds, of the chart or of one that it depends on.</summary>
    /// <param name="name">As helm names it.</param>
    public static bool IsDefinition(string name) => Path.GetFileName(Path.GetDirectoryName(name)) == "crds";

    /// <summary>A file for each template, named as helm names it, such as shop/templates/web.yaml.</summary>
    /// <exception cref="KontraktException">KTR1080: there is no helm, or it failed. KTR1081, KTR1082: what cannot be run here.</exception>
    public static async Task<IReadOnlyList<(string Name, string Text)>> RenderAsync(KontraktFolder folder, string chart, string output, RendererPrograms programs, CancellationToken cancellationToken)
    {
        var directory = folder.Directory;
        var values = ValuesFiles(directory);
        var known = HelmValues.Read(directory, values);
        var name = NameOf(chart);
        var arguments = (string[])["template", "--include-crds", .. (ReadOnlySpan<string>)(folder.IsPrerequisite ? ["--skip-tests"] : []), "--namespace", ReleaseEdits.Namespace, .. values.Select(file => $"--values=./{Path.GetFileName(file)}"), "--", name, "."];
        var rendered = await programs.RunAsync("helm", arguments, directory, Without, cancellationToken)
            ?? throw Ktr.Chart.Error(new(chart, 1, 1), "helm is not on the PATH", "Install it; 'helm template' renders a chart");
        if (rendered.ExitCode != 0)
            throw new KontraktException([HelmFailure.Of(rendered, name, chart, known)]);
        // It leaves out what it does not understand, and succeeds.
        if (rendered.Error.Split('\n').FirstOrDefault(line => line.Contains("skipping unknown hook", StringComparison.Ordinal)) is { } skipped)
            throw Ktr.Chart.Error(new(chart, 1, 1), $"helm leaves out an object: {known.Redact(skipped.Trim())}", "Correct its annotation helm.sh/hook");
        var files = HelmOutput.Split(rendered.Text);
        if (files.All(file => ManifestRoles.Of(file.Name) != ManifestRole.Object))
            throw Ktr.Chart.Error(new(chart, 1, 1), "helm prints no object", "Correct its values: they may have switched everything off");
        var problems = new List<Diagnostic>();
        var edited = files.Select(file => (file.Name, ReleaseEdits.Apply(Path.Combine(output, file.Name), file.Text, problems))).ToList();
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(problems));
        return edited;
    }

    private static List<string> ValuesFiles(string directory) =>
        [.. Directory.EnumerateFiles(directory).Where(file => Path.GetFileName(file) is var name && (name.EndsWith(".values.yaml", StringComparison.Ordinal) || name.EndsWith(".values.yml", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];

    private static string NameOf(string chart)
    {
        try
        {
            return YamlFile.Load(chart).Documents is [var document, ..] && document.At("name") is YamlScalar { Value: { Length: > 0 } name } ? name
                : throw Ktr.Chart.Error(new(chart, 1, 1), "it has no name", "Write name, version and apiVersion: v2");
        }
        catch (YamlSyntaxException fault)
        {
            throw new KontraktException([ManifestFaults.From(fault, chart)], fault);
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw new KontraktException([ManifestFaults.From(fault, chart)], fault);
        }
    }
}
