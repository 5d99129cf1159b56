using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;
using Kontrakt.Doctor;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Documents;

/// <summary>How documents are written: as the run record is, of which one of them is made.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RunJson.RunStateText), typeof(RunJson.RunStepText), typeof(CheckStateText), typeof(SeverityText)])]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(EngineStatusDocument))]
[JsonSerializable(typeof(DoctorDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    /// <summary>It goes to a terminal or a file and not into a web page, so quotes and letters stay what they are.</summary>
    public static DocumentJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private sealed class CheckStateText() : JsonStringEnumConverter<CheckState>(JsonNamingPolicy.CamelCase);

    private sealed class SeverityText() : JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase);
}
