using System.Text.Json;
using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Reports.Documents;

/// <summary>What a command prints with --output json: one JSON document, also where it fails. Its schema is in docs/schemas.</summary>
/// <param name="Command">As it is typed, such as "engine status".</param>
public abstract record CommandDocument([property: JsonPropertyOrder(-3)] string Command)
{
    /// <summary>Of the format. Fields may be added to a version; one that goes, or changes what it says, makes another one.</summary>
    [JsonPropertyOrder(-4)]
    public int FormatVersion { get; init; } = 1;

    [JsonPropertyOrder(-2)]
    public int ExitCode { get; init; }

    /// <summary>Every error and warning that was reported, in this order.</summary>
    [JsonPropertyOrder(-1)]
    public IReadOnlyList<DocumentDiagnostic> Diagnostics { get; init; } = [];

    /// <summary>The document at the command's end.</summary>
    /// <param name="exitCode">What the process ends with.</param>
    public string Write(int exitCode, IEnumerable<Diagnostic> diagnostics)
    {
        var whole = this with { ExitCode = exitCode, Diagnostics = [.. diagnostics.Select(DocumentDiagnostic.From)] };
        return JsonSerializer.Serialize(whole, DocumentJson.Readable.GetTypeInfo(GetType()) ?? throw new InvalidOperationException($"{GetType().Name} is not in DocumentJson"));
    }
}

/// <param name="File">A full path; null where there is no place.</param>
/// <param name="Line">From 1; null where it is not known.</param>
/// <param name="Column">From 1; null where it is not known.</param>
/// <param name="Help">Where the code is described.</param>
public sealed record DocumentDiagnostic(Severity Severity, string Code, string Message, string? File, int? Line, int? Column, string Help)
{
    internal static DocumentDiagnostic From(Diagnostic diagnostic) => new(diagnostic.Severity, diagnostic.Code, diagnostic.Message, diagnostic.Location?.File,
        diagnostic.Location is { Line: > 0 and var line } ? line : null, diagnostic.Location is { Column: > 0 and var column } ? column : null, diagnostic.Kind.HelpLink);
}
