using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>RFC 6902.</summary>
internal sealed class JsonPatch(JsonObject current)
{
    private const int MostOperations = 10_000;
    private const int MostCopied = 3 * 1024 * 1024;

    private JsonNode root = current.DeepClone();
    private long copied;

    public static StatusException Unfit(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");

    public JsonObject Execute(JsonNode? patch)
    {
        var operations = patch as JsonArray ?? throw StatusException.BadRequest("a JSON patch is a list of operations");
        if (operations.Count > MostOperations)
            throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is {MostOperations}, got {operations.Count}");
        foreach (var operation in operations)
            Execute(operation as JsonObject ?? throw StatusException.BadRequest("an operation of a JSON patch is an object with op and path"));
        return root as JsonObject ?? throw Unfit("nothing of the object is left");
    }

    private void Execute(JsonObject operation)
    {
        var path = Pointer(operation, "path");
        switch (Text(operation, "op"))
        {
            case "add":
                Add(path, Value(operation));
                break;
            case "remove":
                Remove(path);
                break;
            case "replace":
                Replace(path, Value(operation));
                break;
            case "move":
                var from = Pointer(operation, "from");
                var moved = from.Find(root)?.DeepClone();
                Remove(from);
                Add(path, moved);
                break;
            case "copy":
                Add(path, Copy(Pointer(operation, "from").Find(root)));
                break;
            case "test":
                if (!JsonNode.DeepEquals(path.Steps.Count == 0 ? root : Tested(path), Value(operation)))
                    throw Unfit($"testing value {path.Text} failed");
                break;
            case var other:
                throw StatusException.BadRequest($"a JSON patch has no operation \"{other}\" (add, remove, replace, move, copy, test)");
        }
    }

    /// <summary>What does not exist is null to a test.</summary>
    private JsonNode? Tested(JsonPointer path) =>
        path.Parent(root) is JsonObject map ? map[path.Last] : path.Find(root);

    private void Add(JsonPointer path, JsonNode? value)
    {
        if (path.Steps.Count + Depth(value) > Body.MaxDepth)
            throw Unfit($"{path.Text} would have more than {Body.MaxDepth} levels");
        if (path.Steps.Count == 0)
            root = value ?? throw Unfit("nothing of the object is left");
        else if (path.Parent(root) is JsonArray list)
            list.Insert(path.Last == "-" ? list.Count : path.Index(list, path.Last, list.Count), value);
        else
            path.Parent(root)[path.Last] = value;
    }

    private void Remove(JsonPointer path)
    {
        if (path.Steps.Count == 0)
            throw Unfit("nothing of the object is left");
        if (path.Parent(root) is JsonArray list)
            list.RemoveAt(path.Index(list, path.Last, list.Count - 1));
        else if (!path.Parent(root).AsObject().Remove(path.Last))
            throw path.Missing();
    }

    private void Replace(JsonPointer path, JsonNode? value)
    {
        path.Find(root);
        if (path.Steps.Count > 0 && path.Parent(root) is JsonArray list)
            list[path.Index(list, path.Last, list.Count - 1)] = value;
        else
            Add(path, value);
    }

    private JsonNode? Copy(JsonNode? value)
    {
        copied += value?.ToJsonString().Length ?? 0;
        return copied <= MostCopied ? value?.DeepClone() : throw Unfit($"it copies more than {MostCopied} characters");
    }

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Select(pair => Depth(pair.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonNode? Value(JsonObject operation) => operation.TryGetPropertyValue("value", out var value)
        ? value?.DeepClone()
        : throw StatusException.BadRequest($"an operation of a JSON patch lacks its value: {operation["op"]} {operation["path"]}");

    private static JsonPointer Pointer(JsonObject operation, string field) => JsonPointer.Parse(Text(operation, field));

    private static string Text(JsonObject operation, string field) => operation[field] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? value.ToString()
        : throw StatusException.BadRequest($"an operation of a JSON patch lacks its {field}");
}
