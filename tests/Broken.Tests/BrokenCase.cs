using System.Text.Json;
using Kontrakt.Tests;

namespace Broken.Tests;

/// <summary>A folder of samples/Broken: what is wrong with it, and what must be said about that.</summary>
/// <param name="Why">What is wrong, for its reader.</param>
/// <param name="ExitCode">The tool's.</param>
/// <param name="Needs">cluster, docker-registry, kaniko (KONTRAKT_TEST_KANIKO_EXECUTOR), or a group and version that the cluster must serve.</param>
/// <param name="Setting">Surroundings that a folder cannot hold; see <see cref="Surroundings"/>.</param>
/// <param name="Options">Options of the tool by name, without dashes.</param>
/// <param name="Environment">Settings that the environment holds, for the tool and the build.</param>
/// <param name="Diagnostics">Every error, and no other.</param>
/// <param name="Output">Text that the log holds besides.</param>
/// <param name="Absent">Text that neither log nor any file of the run holds.</param>
/// <param name="MSBuild">Whether the case also runs through dotnet build.</param>
public sealed record BrokenCase(string Why, int ExitCode, IReadOnlyList<string> Needs, IReadOnlyList<ExpectedDiagnostic> Diagnostics,
    string? Setting = null, IReadOnlyDictionary<string, string>? Options = null, IReadOnlyList<string>? Output = null, IReadOnlyList<string>? Absent = null, bool MSBuild = false, IReadOnlyDictionary<string, string>? Environment = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static string Root { get; } = Path.Combine(Repository.Root, "samples", "Broken");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Root, "expected.json", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file))!).Order(StringComparer.Ordinal)];

    public static BrokenCase Read(string name) =>
        JsonSerializer.Deserialize<BrokenCase>(File.ReadAllText(Path.Combine(Root, name, "expected.json")), Json) ?? throw new InvalidDataException(name);
}

/// <summary>An error as it must be.</summary>
/// <param name="File">Below the case's folder, with '/'; null where the error has no place in a file.</param>
/// <param name="Message">Parts of the message: what, why, what to do.</param>
public sealed record ExpectedDiagnostic(string Code, IReadOnlyList<string> Message, string? File = null, int Line = 0, int Column = 0)
{
    /// <summary>Where in the file depends on the cluster's version.</summary>
    public bool IsAnywhere => File is not null && Line == 0;

    public override string ToString() => $"{(File is null ? "kontrakt" : $"{File}({Line},{Column})")}: {Code}";
}
