using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>A template with what it is used for: one image.</summary>
public sealed record TemplateUse
{
    /// <summary>The template's name.</summary>
    public required string Template { get; init; }
    /// <summary>The last part of the image's repository; empty: from where the use stands.</summary>
    public string Name { get; init; } = "";
    public IReadOnlyList<TemplateArgument> Arguments { get; init; } = [];
    /// <summary>In the order in which they are put on each other.</summary>
    public IReadOnlyList<TemplateSource> Sources { get; init; } = [];
    /// <summary>The same for all uses that mean the same image.</summary>
    [JsonIgnore]
    public string Key => $"template://{Template}?{string.Join('&', Arguments.OrderBy(argument => argument.Name, StringComparer.Ordinal).Select(argument => $"{argument.Name}={argument.Value}").Concat(Sources.Select(source => source.Key)))}";

    /// <summary>What the image is called where nobody says: the last local folder's name, else the template's.</summary>
    [JsonIgnore]
    public string DefaultName => Sources.OfType<TemplateSource.Folder>().Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Directory))).LastOrDefault() ?? Template;

    /// <summary>Where it stands; null for a command line.</summary>
    public SourceLocation? Location { get; init; }
}
