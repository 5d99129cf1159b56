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
    /// <summary>Where it stands; null for a command line.</summary>
    public SourceLocation? Location { get; init; }
}
