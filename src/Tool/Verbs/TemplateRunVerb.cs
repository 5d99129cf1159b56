using System.CommandLine;
using Kontrakt.Images.Templates;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Runs the Build documents of a file and prints the references of their images by digest. Begins no run.</summary>
internal sealed class TemplateRunVerb() : Verb("run", "Run the documents of kind Build (build.knative.dev/v1alpha1) of a file; print the references of their images")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Cluster);

    public override IReadOnlyList<string> Examples => ["kontrakt template run build.yaml"];

    private readonly Argument<string> _file = new("FILE") { Description = "A YAML file; templates, service accounts and Secrets may be in the same file" };

    public override (string Name, string Description)? Group => TemplateListVerb.TemplateGroup;

    public override IReadOnlyList<Argument> Arguments => [_file];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        using var building = new TemplateBuilding(context);
        var globals = ExpandedTemplate.Globals(await building.RepositoryAsync(cancellationToken), building.SourceReference());
        var built = await TemplateImages.RunAsync(StartFolder.Resolve(context.Arguments.GetValue(_file) ?? ""), building.Catalog(), globals, building.Open, cancellationToken);
        foreach (var image in built)
            await context.Output.WriteLineAsync(image.Reference.ToString());
        return true;
    }
}
