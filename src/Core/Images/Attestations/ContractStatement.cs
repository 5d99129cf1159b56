using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontrakt.Images.Attestations;

/// <summary>An in-toto statement (Attestation Framework v1) whose predicate is Kontrakt's: that an image kept its contract.</summary>
public sealed record ContractStatement
{
    public const string MediaType = "application/vnd.in-toto+json";
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string OwnPredicateType = "https://github.com/kontrakt/kontrakt/attestation/v1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    [JsonPropertyName("_type")]
    public required string Type { get; init; }
    public required IReadOnlyList<StatementSubject> Subject { get; init; }
    public required string PredicateType { get; init; }
    public required ContractPredicate Predicate { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>What a statement says its predicate is; null for what is not a statement of in-toto v1.</summary>
    public static string? PredicateTypeOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind == JsonValueKind.Object && Text(json.RootElement, "_type") == StatementType ? Text(json.RootElement, "predicateType") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">It is not a statement of this kind.</exception>
    public static ContractStatement Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<ContractStatement>(bytes, Json) ?? throw new FormatException("it is null");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Name">Registry and repository.</param>
/// <param name="Digest">Hex by algorithm.</param>
public sealed record StatementSubject(string Name, IReadOnlyDictionary<string, string> Digest);

/// <summary>What was tested, how it ended, and where.</summary>
/// <param name="Passed">Whether every kontrakt of it did.</param>
/// <param name="Kontrakts">Those that have the image as a target.</param>
/// <param name="Kontrakt">Kontrakt's version.</param>
public sealed record ContractPredicate(bool Passed, IReadOnlyList<AttestedKontrakt> Kontrakts, AttestedSource Source, AttestedRun Run, AttestedCluster Cluster, string Kontrakt);

/// <param name="CachedFrom">When it passed, where that was in an earlier run whose verdict was kept; the other times are then of the run that took it over.</param>
public sealed record AttestedKontrakt(string Name, bool Passed, IReadOnlyList<AttestedTest> Tests, DateTimeOffset? StartedAt = null, DateTimeOffset? FinishedAt = null, DateTimeOffset? CachedFrom = null);

public sealed record AttestedTest(string Name, bool Passed, double Seconds);

/// <param name="Reference">SOURCE_REFERENCE.</param>
/// <param name="Repository">The address of the git repository, without credentials; null where there is none.</param>
public sealed record AttestedSource(string? Reference = null, string? Repository = null);

public sealed record AttestedRun(string Id, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);

/// <param name="Kind">The embedded engine, or Kubernetes, with version and platform.</param>
public sealed record AttestedCluster(string? Kind = null);
