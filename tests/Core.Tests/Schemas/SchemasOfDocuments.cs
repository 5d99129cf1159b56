using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Kontrakt.Reports.Documents;

namespace Kontrakt.Tests.Schemas;

/// <summary>docs/schemas has a schema for each document that the command prints. With KONTRAKT_WRITE_SCHEMAS=1 these tests write them.</summary>
[TestClass]
public sealed class SchemasOfDocuments
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSchemaExporterOptions Exact = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = AsWritten };

    [TestMethod, Timeout(60_000)]
    [DataRow("list", typeof(ListDocument))]
    [DataRow("run", typeof(RunDocument))]
    [DataRow("verify", typeof(VerifyDocument))]
    [DataRow("engine-status", typeof(EngineStatusDocument))]
    [DataRow("doctor", typeof(DoctorDocument))]
    public void AreWhatTheCodeWrites(string name, Type type)
    {
        var shape = DocumentJson.Default.GetTypeInfo(type)!.GetJsonSchemaAsNode(Exact).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"https://raw.githubusercontent.com/kontrakt/kontrakt/main/docs/schemas/{name}.schema.json",
            ["title"] = $"What 'kontrakt {name.Replace('-', ' ')} --output json' prints",
        };
        foreach (var (key, value) in shape.ToList())
            schema[key] = value?.DeepClone();

        SchemaFile.Check($"{name}.schema.json", schema.ToJsonString(Readable));
    }

    /// <summary>What is null is left out when it is written, so it has its type where it is there; all else is always there. Numbers may be read from text, and are never written so.</summary>
    private static JsonNode AsWritten(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject shape)
            return schema;
        if (shape["type"] is JsonArray types)
        {
            List<string> written = [.. types.Select(type => type!.GetValue<string>()).Where(type => type != "null")];
            if (written.Any(type => type is "integer" or "number") && written.Remove("string"))
                shape.Remove("pattern");
            shape["type"] = written.Single();
        }
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && shape["properties"] is JsonObject properties)
            shape["required"] = new JsonArray([.. context.TypeInfo.Properties.Where(property => properties.ContainsKey(property.Name) && !property.IsGetNullable).Select(property => JsonValue.Create(property.Name))]);
        if (context.PropertyInfo is { Name: "formatVersion" })
            shape["const"] = 1;
        return shape;
    }
}
