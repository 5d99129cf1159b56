using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontrakt.Runs;

/// <summary>
/// How a run's record is written. The code is generated as Kontrakt is compiled: a build would else spend a tenth of a second on making it. What a record
/// lacks, as that of an earlier version may, this code sets to null whatever its initializer says; so lists give an empty one for that.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(RunStateText)])]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunJson : JsonSerializerContext
{
    private sealed class RunStateText() : JsonStringEnumConverter<RunState>(JsonNamingPolicy.CamelCase);
}

/// <summary>The same of what a cluster told, for which nobody looks.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunObservation))]
internal sealed partial class ObservationJson : JsonSerializerContext;
