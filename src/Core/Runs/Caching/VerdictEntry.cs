using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontrakt.Runs;

/// <summary>A kept verdict, as its file says it: what it covers, and when and where that passed.</summary>
internal sealed record VerdictEntry(string Format, string Key, VerdictCover Covers, VerdictPass Passed)
{
    public const string CurrentFormat = "kontrakt verdict 1";

    public static VerdictJson Json { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // For people; nothing shows it as HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static VerdictEntry Of(VerdictCover cover, VerdictPass passed) => new(CurrentFormat, cover.ToKey(), cover, passed);
}

/// <summary>The run that passed.</summary>
/// <param name="Cluster">The cluster's name, for people.</param>
/// <param name="Tests">Every test of the kontrakt, all of which passed.</param>
internal sealed record VerdictPass(string Run, DateTimeOffset At, double Seconds, IReadOnlyList<VerdictTest> Tests, string? SourceReference = null, string? Cluster = null);

internal sealed record VerdictTest(string Name, double Seconds);

/// <summary>How entries are written, and covers hashed; made when Kontrakt is compiled (see <see cref="RunJson"/>).</summary>
[JsonSerializable(typeof(VerdictEntry))]
internal sealed partial class VerdictJson : JsonSerializerContext;
