using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The table of a kind, from the columns of its definition (additionalPrinterColumns).</summary>
internal static class PrinterColumns
{
    private static readonly JsonObject Age = new() { ["name"] = "Age", ["type"] = "date", ["jsonPath"] = ".metadata.creationTimestamp" };

    public static TableLayout Of(JsonObject version)
    {
        var columns = version.Each("additionalPrinterColumns").ToList();
        var read = (columns.Count > 0 ? columns : [Age]).Select(column => (Column: Column(column), Path: JsonPath.Read(column.Text("jsonPath")))).ToList();
        return new(
            [TableColumn.ObjectName, .. read.Select(each => each.Column)],
            (item, now) => [item.Name, .. read.Select(each => Cell(each.Path?.Find(item.Json).FirstOrDefault(), each.Column.Type, now))]);
    }

    private static TableColumn Column(JsonObject column) =>
        new(column.Text("name"), column.Text("type"), column.Text("format"), (int)(column.Number("priority") ?? 0)) { Description = column.Text("description") };

    /// <summary>null where there is no value, or one of another type.</summary>
    private static object? Cell(JsonNode? value, string type, DateTimeOffset now) => (type, value) switch
    {
        (_, null) => null,
        ("string", JsonValue text) => text.ToString(),
        ("string", _) => value.ToJsonString(),
        ("integer", JsonValue number) when Number(number) is { } whole => (long)whole,
        ("number", JsonValue number) => Number(number),
        ("boolean", JsonValue flag) when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.GetValueKind() == JsonValueKind.True,
        ("date", JsonValue text) => KubernetesObject.Time(text.ToString()) is null ? "<invalid>" : Ages.Since(text.ToString(), now),
        _ => null,
    };

    private static double? Number(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
