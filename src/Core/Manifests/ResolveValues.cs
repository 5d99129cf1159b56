using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests;

/// <summary>The values that replace tokens. A null value makes its token an error.</summary>
/// <param name="Repository">For ${KO_DOCKER_REPO}: in the cluster's YAML the pull repository. Slashes at its end are left out.</param>
/// <param name="Image">The reference that replaces an image use, given its text with tokens replaced; null to leave the text (with its tokens replaced).</param>
public sealed record ResolveValues(string? SourceReference, string? Repository, Func<ImageUse, string, string?> Image)
{
    /// <summary>Why <see cref="SourceReference"/> is null; reported at each of its tokens in place of KTR1021.</summary>
    public Diagnostic? SourceReferenceProblem { get; init; }

    /// <summary>Why <see cref="Repository"/> is null; reported at each of its tokens in place of KTR1021.</summary>
    public Diagnostic? RepositoryProblem { get; init; }
}

/// <summary>A text that is replaced wherever it is in a scalar.</summary>
internal sealed record TextToken(string Text, string SettingName, string? Value, Diagnostic? Problem)
{
    public static IReadOnlyList<TextToken> All(ResolveValues values) =>
    [
        new("${kontrakt.sourceReference}", "SOURCE_REFERENCE", Given(values.SourceReference), values.SourceReferenceProblem),
        new("${KO_DOCKER_REPO}", "KO_DOCKER_REPO", Given(values.Repository?.TrimEnd('/')), values.RepositoryProblem),
    ];

    /// <summary>The error that the token has no value.</summary>
    public Diagnostic Missing(SourceLocation place) => Problem is null ? Ktr.TokenWithoutValue.At(place, Text, SettingName) : Problem with { Location = place };

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
