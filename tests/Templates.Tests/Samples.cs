using Kontrakt.Tests;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

/// <summary>Documents of the tests, and what reading them gives.</summary>
internal static class Samples
{
    /// <summary>A template with one step; its text is put where the step's own fields stand.</summary>
    public static string Template(string step, string parameters = "[{name: DESTINATION}, {name: WHO, default: world}]", string more = "") => $$"""
        apiVersion: build.knative.dev/v1alpha1
        kind: BuildTemplate
        metadata: {name: greet}
        spec:
          parameters: {{parameters}}
          steps:
          - {{step}}
        {{more}}
        """;

    public static BuildTemplate Read(TempFolder folder, string text) => TemplateCatalog.Read([folder.Write("greet.yaml", text)]).Find("greet", null);

    public static ExpandedTemplate Expand(TempFolder folder, string text, params (string Name, string Value)[] arguments) =>
        ExpandedTemplate.From(Read(folder, text), Arguments(arguments), User);

    public static SourceLocation User { get; } = new("/app/pod.yaml", 7, 12);

    public static IReadOnlyList<TemplateArgument> Arguments(params (string Name, string Value)[] arguments) => [.. arguments.Select(each => new TemplateArgument(each.Name, each.Value, null))];

    /// <summary>"KTR1040 (line,column) message" of each error.</summary>
    public static string Errors(Action act) =>
        string.Join('\n', Assert.ThrowsExactly<KontraktException>(act).Diagnostics.Select(each => $"{each.Code} ({each.Location?.Line},{each.Location?.Column}) {each.Message}"));
}
