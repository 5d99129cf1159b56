using Kontrakt.Images.Projects;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks.Containers;

/// <summary>Reads a pushed image's digest back from the registry and remembers what it was made from.</summary>
[MSBuildMultiThreadableTask]
public sealed class RecordProjectImage : ProjectImageTask
{
    [Required]
    public string ContentFingerprint { get; set; } = "";

    [Required]
    public string BaseFingerprint { get; set; } = "";

    /// <summary>The digest that the push reported.</summary>
    public string PushedDigest { get; set; } = "";

    [Output]
    public string Digest { get; private set; } = "";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registry = OpenRegistry();
        Digest = (await ProjectImages.RecordAsync(Request, new(ContentFingerprint, BaseFingerprint), PushedDigest, registry, cancellationToken)).ToString();
    }
}
