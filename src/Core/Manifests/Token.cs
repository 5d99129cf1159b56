using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests;

/// <summary>A text that is replaced wherever it is in a scalar.</summary>
internal sealed record Token(string Text, string SettingName, string? Value, Diagnostic? Problem)
{
    public static IReadOnlyList<Token> All(ResolveValues values) =>
    [
        new("${kontrakt.sourceReference}", "SOURCE_REFERENCE", Given(values.SourceReference), values.SourceReferenceProblem),
        new("${KO_DOCKER_REPO}", "KO_DOCKER_REPO", Given(values.Repository?.TrimEnd('/')), values.RepositoryProblem),
    ];

    /// <summary>The error that the token has no value.</summary>
    public Diagnostic Missing(SourceLocation place) => Problem is null ? Ktr.TokenWithoutValue.At(place, Text, SettingName) : Problem with { Location = place };

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
