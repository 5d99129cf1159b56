using Kontrakt.Images.Projects;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks.Containers;

/// <summary>Says whether a published project's image is in the registry already, made from the same things; then it is tagged, otherwise it has to be made.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckProjectImage : ProjectImageTask
{
    /// <summary>Whether nothing has to be made; the image has the tag.</summary>
    [Output]
    public bool UpToDate { get; private set; }

    /// <summary>The digest, when up to date.</summary>
    [Output]
    public string Digest { get; private set; } = "";

    /// <summary>For <see cref="RecordProjectImage"/>.</summary>
    [Output]
    public string ContentFingerprint { get; private set; } = "";

    /// <summary>For <see cref="RecordProjectImage"/>.</summary>
    [Output]
    public string BaseFingerprint { get; private set; } = "";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registry = OpenRegistry();
        var state = await ProjectImages.CheckAsync(Request, registry, RunLog, cancellationToken);
        UpToDate = state.Current is not null;
        Digest = state.Current?.ToString() ?? "";
        ContentFingerprint = state.Fingerprint.Content;
        BaseFingerprint = state.Fingerprint.Base ?? "";
    }
}
