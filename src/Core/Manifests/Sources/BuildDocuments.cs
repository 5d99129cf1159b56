using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Sources;

/// <summary>Finds documents of build.knative.dev in YAML files.</summary>
internal static class BuildDocuments
{
    public const string Group = "build.knative.dev/";
    public static readonly string[] Kinds = [BuildReader.Kind, TemplateReader.Kind];
    private const string Version = "build.knative.dev/v1alpha1";

    /// <summary>The templates of a file; none where it has none, whatever else it is (a chart, values, no YAML at all).</summary>
    public static IReadOnlyList<BuildTemplate> ReadTemplates(string file, List<Diagnostic> problems)
    {
        var templates = new List<BuildTemplate>();
        foreach (var document in ReadFile(file, problems))
            if (IsOf(document, TemplateReader.Kind, file, problems) && TemplateReader.Read(document, file, problems) is { } template)
                templates.Add(template);
        return templates;
    }

    /// <summary>The documents of a file that names build.knative.dev.</summary>
    public static IReadOnlyList<YamlMapping> ReadFile(string file, List<Diagnostic> problems)
    {
        try
        {
            var text = YamlText.Load(file).Text;
            return text.Contains(Group, StringComparison.Ordinal) ? [.. YamlFile.Parse(file, text).Documents.SelectMany(Objects)] : [];
        }
        catch (YamlSyntaxException fault)
        {
            problems.Add(fault.Key is "custom" or "git" or "gcs" ? TwoSources(fault, file) : ManifestFaults.From(fault, file));
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            problems.Add(ManifestFaults.From(fault, file));
        }
        return [];
    }

    /// <summary>Whether a document is of build.knative.dev and of that kind; another version of it is noted.</summary>
    public static bool IsOf(YamlMapping document, string kind, string file, List<Diagnostic> problems)
    {
        if ((document.At("kind") as YamlScalar)?.Value != kind || (document.At("apiVersion") as YamlScalar)?.Value is not { } version || !version.StartsWith(Group, StringComparison.Ordinal))
            return false;
        if (version != Version)
            new DocumentFields(file, $"this {kind}", problems).Wrong(document.Nearest("apiVersion"), $"its version is '{version}', and '{Version}' is the only one there was");
        return true;
    }

    private static IEnumerable<YamlMapping> Objects(YamlNode document) =>
        document is not YamlMapping mapping ? []
        : mapping.At("kind") is YamlScalar { Value: "List" } && mapping.At("items") is YamlSequence list ? list.Items.OfType<YamlMapping>()
        : [mapping];

    private static Diagnostic TwoSources(YamlSyntaxException fault, string file) =>
        Ktr.SourcesInOneMapping.At(new(file, fault.Mark.Line, fault.Mark.Column), fault.Key, fault.FirstLine);
}
