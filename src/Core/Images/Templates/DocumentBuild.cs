using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates;

/// <summary>An image of a run that a Build document of a kontrakt makes.</summary>
public sealed record DocumentBuild : ImageBuild
{
    /// <summary>The file of the document, a full path.</summary>
    public required string File { get; init; }
    /// <summary>The document's name.</summary>
    public required string Document { get; init; }
    /// <summary>Texts of the document that may name images.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    [JsonIgnore]
    public override string Builder => "Build document";

    /// <param name="name">Of the image, below KO_DOCKER_REPO.</param>
    internal static DocumentBuild For(BuildDocument document, string name) => new()
    {
        Key = $"{document.Location.File}#{document.Name}",
        Name = name,
        Location = document.Location,
        File = document.Location.File,
        Document = document.Name,
        Texts = [.. document.Arguments.Select(argument => argument.Value).Concat(document.Steps.SelectMany(step => KanikoArguments.Of(step.ToJson().AsObject()).All).Select(text => text[(text.LastIndexOf('=') + 1)..]))],
    };

    public override bool StandsOn(string image, string repository) => ImageTexts.Name(Texts, image, repository);

    public override async Task<BuiltImage> RunAsync(ImageReference image, BuildSite site, CancellationToken cancellationToken)
    {
        var read = BuildFile.Read(File);
        var document = read.Builds.FirstOrDefault(build => build.Name == Document) ?? throw Ktr.BuildDocumentInvalid.Error(Location, $"the build '{Document}'", "it was there when the run began, and is not there now");
        if (RegistrySecrets.Read(read.Documents, document.ServiceAccount) is not null)
            site.Log.Report(new RunEvent.Progress($"[{Name}] the logins of registries that '{document.ServiceAccount}' names are not used in a run, but those of this machine (docker login)"));
        var globals = TemplatePlaces.Globals(image.Name[..^(Name.Length + 1)], image.Tag ?? "");
        var job = BuildJobs.For(document, TemplatePlaces.Read(site.Settings), GitSecrets.Read(read.Documents, document.ServiceAccount), globals, image);
        return await new TemplateRunner(site).RunAsync(job with { Source = Key, Timeout = document.Timeout }, cancellationToken);
    }
}
