using System.Text.Json.Serialization;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates;

/// <summary>An image of a run that is built by a template.</summary>
public sealed record TemplateBuild : ImageBuild
{
    public required TemplateUse Use { get; init; }

    [JsonIgnore]
    public override string Builder => $"template {Use.Template}";

    public override bool StandsOn(string image, string repository) => ImageTexts.Name(Use.Arguments.Select(argument => argument.Value), image, repository);

    public override Task<BuiltImage> RunAsync(ImageReference image, BuildSite site, CancellationToken cancellationToken) =>
        TemplateImages.BuildAsync(Use, Key, image, TemplatePlaces.Read(site.Settings), TemplatePlaces.Globals(image.Name[..^(Name.Length + 1)], image.Tag ?? ""), site, cancellationToken);
}
