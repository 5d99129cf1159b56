using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>A pod or pod template whose label makes it a test.</summary>
/// <param name="Deciding">The containers named by the annotation kontrakt/container; empty: all main containers.</param>
/// <param name="Limit">What the annotation kontrakt/timeout allows it; null: what the kontrakt has left.</param>
internal sealed record KontraktTest(PodTemplate Template, IReadOnlyList<string> Deciding, TimeSpan? Limit)
{
    public const string ContainerAnnotation = KontraktAnnotations.Container;
    public const string TimeoutAnnotation = KontraktAnnotations.Timeout;
    public const string WaitAnnotation = KontraktAnnotations.Wait;

    /// <summary>The test as the user knows it: "pod/smoke" or "job/migrate".</summary>
    public string Name => Template.Manifest.Title;

    public bool IsReadiness => Template.Label == KontraktLabel.Readiness;

    /// <summary>Its place: the template, unless the pod is the whole manifest.</summary>
    public SourceLocation Location => PodTemplatePlaces.Template(Template);

    /// <exception cref="KontraktException">Annotations without a possible meaning; all of them.</exception>
    public static IReadOnlyList<KontraktTest> AllOf(KontraktManifests manifests)
    {
        var errors = new List<Diagnostic>();
        var tests = manifests.PodTemplates.Where(template => template.Manifest.Role == ManifestRole.Object && IsTest(template.Label))
            .Select(template => new KontraktTest(template, Containers(template, errors), Timeout(template, errors))).ToList();
        KontraktException.ThrowIfAny(errors);
        return tests;
    }

    public static bool IsTest(KontraktLabel label) => label is KontraktLabel.Test or KontraktLabel.Completion or KontraktLabel.Readiness;

    private static List<string> Containers(PodTemplate template, List<Diagnostic> errors)
    {
        if (Annotation(template, ContainerAnnotation) is not { } text)
            return [];
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        var known = (template.Manifest.Object.At([.. template.Path, "spec", "containers"]) as JsonArray ?? []).Select(each => each?["name"]?.ToString() ?? "").ToList();
        if (names.Count == 0 || names.Except(known, StringComparer.Ordinal).Any())
            errors.Add(Ktr.InvalidSetting.At(Place(template, ContainerAnnotation), $"the annotation {ContainerAnnotation}", text, $"it takes names of main containers, which are {string.Join(", ", known)}"));
        return names;
    }

    private static TimeSpan? Timeout(PodTemplate template, List<Diagnostic> errors)
    {
        if (Annotation(template, TimeoutAnnotation) is not { } text)
            return null;
        if (Durations.TryParse(text, out var limit, out var problem))
            return limit;
        errors.Add(Ktr.InvalidSetting.At(Place(template, TimeoutAnnotation), $"the annotation {TimeoutAnnotation}", text, problem));
        return null;
    }

    /// <summary>An annotation of the template, or of the object that holds it.</summary>
    public static string? Annotation(PodTemplate template, string name) =>
        (template.Manifest.Object.At([.. template.Path, "metadata", "annotations", name]) ?? template.Manifest.Object.At("metadata", "annotations", name))?.ToString();

    private static SourceLocation Place(PodTemplate template, string name) =>
        template.Manifest.Node.At([.. template.Path, "metadata", "annotations", name]) is null
            ? template.Manifest.Locate("metadata", "annotations", name)
            : template.Manifest.Locate([.. template.Path, "metadata", "annotations", name]);
}
