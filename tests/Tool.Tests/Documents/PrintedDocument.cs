using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Kontrakt.Tests;

namespace Tool.Tests.Documents;

/// <summary>What a command printed with --output json: one document, which keeps to its schema in docs/schemas.</summary>
internal sealed class PrintedDocument
{
    private PrintedDocument(int exitCode, JsonElement root, string error) => (ExitCode, Root, Error) = (exitCode, root, error);

    public int ExitCode { get; }

    public JsonElement Root { get; }

    public string Error { get; }

    public IEnumerable<string> Codes => Root.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => diagnostic.GetProperty("code").GetString()!);

    public static async Task<PrintedDocument> RunAsync(string[] args, Dictionary<string, string>? environment = null)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([.. args, "--output", "json"], environment);
        return Read(exitCode, output, error);
    }

    /// <summary>Fails where it is more or less than one document, or another than its schema says.</summary>
    public static PrintedDocument Read(int exitCode, string output, string error)
    {
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement.Clone();
        var name = root.GetProperty("command").GetString()!.Replace(' ', '-');

        var result = Strict(name).Evaluate(root, new EvaluationOptions { OutputFormat = OutputFormat.List });

        Assert.IsTrue(result.IsValid, $"{string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}"))}\n{output}");
        Assert.AreEqual(exitCode, root.GetProperty("exitCode").GetInt32());
        return new(exitCode, root, error);
    }

    /// <summary>The published schema lets later versions add fields. What is printed today has none that it does not name.</summary>
    private static JsonSchema Strict(string name)
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "schemas", $"{name}.schema.json")))!.AsObject();
        // Each file has an id, by which the library would know it a second time.
        schema.Remove("$id");
        Close(schema);
        return JsonSchema.FromText(schema.ToJsonString());
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonObject shape)
        {
            if (shape["properties"] is JsonObject && !shape.ContainsKey("additionalProperties"))
                shape["additionalProperties"] = false;
            foreach (var (_, value) in shape.ToList())
                Close(value);
        }
        else if (node is JsonArray items)
            foreach (var item in items)
                Close(item);
    }
}
