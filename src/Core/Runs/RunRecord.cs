using System.Text.Json;
using System.Text.Json.Serialization;
using Kontrakt.Images;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What a step leaves for the next one, in obj/kontrakt/(id)/run.json. Holds no secret.</summary>
public sealed record RunRecord
{
    /// <summary>The format's version; a record of another one is refused.</summary>
    public int Version { get; init; } = 1;
    public required string Id { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required string Directory { get; init; }
    public string? SourceReference { get; init; }
    /// <summary>Why there is none: said where a token needs it.</summary>
    public string? SourceReferenceProblem { get; init; }
    public string? Repository { get; init; }
    public string? PullRepository { get; init; }
    public RunCluster? Cluster { get; init; }
    /// <summary>The kinds whose state is watched, beside pods and events: the preflight asks for the right to.</summary>
    public IReadOnlyList<RunKind> Watched { get => field ?? []; init; }
    /// <summary>What is to be built in the cluster.</summary>
    public IReadOnlyList<ImageSource> Builds { get => field ?? []; init; }
    public IReadOnlyList<RunImage> Images { get => field ?? []; init; }
    /// <summary>Whether the images of projects are made, none of them where there is no such project.</summary>
    public bool AreProjectsBuilt { get; init; }
    /// <summary>Images that others built: only their digests were asked for (KontraktPinImages).</summary>
    public IReadOnlyList<RunPin> Pinned { get => field ?? []; init; }
    public IReadOnlyList<RunKontrakt> Kontrakts { get => field ?? []; init; }
    /// <summary>What is applied before the kontrakts, each with the files of one of KontraktPrerequisites.</summary>
    public IReadOnlyList<RunKontrakt> Prerequisites { get => field ?? []; init; }
    /// <summary>Which kontrakts were asked for; null in a record of an earlier version.</summary>
    public RunSelection? Selection { get; init; }
    public IReadOnlyList<RunAttestation> Attestations { get => field ?? []; init; }
    /// <summary>Steps of the run as a whole, in the order they ended.</summary>
    public IReadOnlyList<RunSpan> Steps { get => field ?? []; init; }

    /// <summary>With a step that ends now.</summary>
    internal RunRecord Ending(RunStep step, DateTimeOffset began) => this with { Steps = [.. Steps, new(step, began, DateTimeOffset.UtcNow)] };

    /// <summary>With images built until now; however many builders there are, it is one step.</summary>
    internal RunRecord EndingBuild(DateTimeOffset began)
    {
        var first = Steps.FirstOrDefault(step => step.Step == RunStep.Build);
        return (this with { Steps = [.. Steps.Where(step => step != first)] }).Ending(RunStep.Build, first?.Began ?? began);
    }
}

/// <summary>Which kontrakts are asked for, as the settings say it: KontraktFilter, KontraktShard and KontraktSince; each null where it is not set.</summary>
public sealed record RunSelection(string? Filter, string? Shard, string? Since)
{
    internal static RunSelection Of(KontraktSettings settings) => new(settings.Filter?.Text, settings.Shard?.ToString(), settings.Since);

    /// <summary>Whether a step that is asked for this may continue with a run: one that is asked for nothing continues with any.</summary>
    internal bool MayGoOnWith(RunRecord run) => this == new RunSelection(null, null, null) || run.Selection is null || run.Selection == this;

    public override string ToString()
    {
        string[] parts = [.. new[] { ("KontraktFilter", Filter), ("KontraktShard", Shard), ("KontraktSince", Since) }.Where(part => part.Item2 is not null).Select(part => $"{part.Item1} '{part.Item2}'")];
        return parts.Length == 0 ? "all kontrakts" : string.Join(' ', parts);
    }
}

public sealed record RunKind(string ApiVersion, string Kind);

public sealed record RunCluster(string Name, string Server)
{
    /// <summary>The embedded engine, or Kubernetes, with version and platform; null where it did not say.</summary>
    public string? Kind { get; init; }
    /// <summary>The file or files that name it; null: the user's own, or none.</summary>
    public string? KubeConfig { get; init; }
    /// <summary>The folder of the embedded engine; null where it is another cluster.</summary>
    public string? EngineDirectory { get; init; }
}

/// <param name="Image">By digest.</param>
/// <param name="Referrer">The digest of what is beside it.</param>
/// <param name="Key">The id of the key that signed it; null: it is not signed.</param>
public sealed record RunAttestation(string Image, string Referrer, string? Key);

/// <summary>An image that was built, or found unchanged.</summary>
/// <param name="Source">The key of its source: a project file's full path, for one.</param>
/// <param name="Name">Registry and repository, such as localhost:5000/demo/api.</param>
public sealed record RunImage(string Source, string Name, string Tag, string Digest, bool Reused)
{
    /// <summary>The builder of projects' images.</summary>
    public const string SdkContainers = ImageSource.Project.Sdk;

    /// <summary>What built it, or found it unchanged, in words; null in a record of an earlier version.</summary>
    public string? Builder { get; init; }
    /// <summary>When its builder took it up: a project has been compiled before.</summary>
    public DateTimeOffset? Began { get; init; }
    /// <summary>When the registry had it.</summary>
    public DateTimeOffset? Ended { get; init; }

    internal BuiltImage ToBuilt() => new(Source, ImageReference.Parse($"{Name}:{Tag}@{Digest}"), Reused);

    internal static RunImage From(BuiltImage image, string? builder, DateTimeOffset? began, DateTimeOffset? ended) =>
        new(image.Source, image.Reference.Name, image.Reference.Tag ?? "", image.Reference.Digest.ToString() ?? "", image.Reused) { Builder = builder, Began = began, Ended = ended };
}

/// <param name="Image">The reference as the YAML has it.</param>
public sealed record RunPin(string Image, string Digest);

/// <summary>The steps of a run and of its kontrakts, in their order.</summary>
public enum RunStep { Discover, Cluster, Build, Resolve, Lease, Apply, Wait, Assert, Push, Attest, Delete }

/// <summary>A step of a run, or of one of its kontrakts, and when it was done.</summary>
public sealed record RunSpan([property: JsonPropertyName("name")] RunStep Step, DateTimeOffset Began, DateTimeOffset Ended);

internal static class RunStepNames
{
    /// <summary>In words.</summary>
    public static string Name(this RunStep step) => step.ToString().ToLowerInvariant();

    /// <summary>The target that does it.</summary>
    public static string Target(this RunStep step) => $"Kontrakt{step}";
}

/// <summary>
/// How a run's record is written. The code is generated as Kontrakt is compiled: a build would else spend a tenth of a second on making it. What a record
/// lacks, as that of an earlier version may, this code sets to null whatever its initializer says; so lists give an empty one for that.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(RunStateText), typeof(RunStepText)])]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunJson : JsonSerializerContext
{
    internal sealed class RunStateText() : JsonStringEnumConverter<RunState>(JsonNamingPolicy.CamelCase);

    internal sealed class RunStepText() : JsonStringEnumConverter<RunStep>(JsonNamingPolicy.CamelCase);
}

/// <summary>The same of what a cluster reported, which nobody looks for.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunObservation))]
internal sealed partial class ObservationJson : JsonSerializerContext;
