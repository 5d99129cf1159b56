using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>The templates that this assembly carries.</summary>
internal static class BuiltInTemplates
{
    private const string Prefix = "templates/";

    public static IReadOnlyList<BuildTemplate> Read()
    {
        var assembly = typeof(BuiltInTemplates).Assembly;
        var templates = new List<BuildTemplate>();
        var problems = new List<Diagnostic>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the assembly does not carry {name}"));
            var file = YamlFile.Parse(name[Prefix.Length..], reader.ReadToEnd());
            foreach (var document in file.Documents.OfType<YamlMapping>())
                if (TemplateReader.Read(document, file.Path, problems) is { } template)
                    templates.Add(template with { IsBuiltIn = true });
        }
        KontraktException.ThrowIfAny(problems);
        return templates;
    }
}
