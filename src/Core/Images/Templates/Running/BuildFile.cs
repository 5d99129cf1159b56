using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates.Running;

/// <summary>The builds of a file, with what is beside them there: templates, service accounts, Secrets.</summary>
/// <param name="Documents">All of them.</param>
internal sealed record BuildFile(IReadOnlyList<BuildDocument> Builds, IReadOnlyList<BuildTemplate> Templates, IReadOnlyList<YamlMapping> Documents)
{
    /// <exception cref="KontraktException">Everything that is wrong with the file; that it has no Build.</exception>
    public static BuildFile Read(string file)
    {
        var problems = new List<Diagnostic>();
        var documents = BuildDocuments.ReadFile(file, problems);
        var builds = documents.Where(document => BuildDocuments.IsOf(document, BuildReader.Kind, file, problems)).Select(document => BuildReader.Read(document, file, problems)).OfType<BuildDocument>().ToList();
        var templates = documents.Where(document => BuildDocuments.IsOf(document, TemplateReader.Kind, file, problems)).Select(document => TemplateReader.Read(document, file, problems)).OfType<BuildTemplate>().ToList();
        if (problems.Count == 0 && builds.Count == 0)
            problems.Add(Ktr.BuildDocumentInvalid.At(new(file), "this file", "it holds no document of kind Build and apiVersion build.knative.dev/v1alpha1"));
        KontraktException.ThrowIfAny(problems);
        return new(builds, templates, documents);
    }
}
