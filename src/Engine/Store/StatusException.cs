using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

/// <summary>A request that is refused, as the Status object that Kubernetes answers with (API conventions, "Response Status Kind").</summary>
public sealed class StatusException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;
    public string Reason { get; } = reason;
    public JsonObject? Details { get; } = details;

    public JsonObject ToJson()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
            status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    /// <summary>The same with a cause.</summary>
    public StatusException Because(string reason, string message, string field)
    {
        var details = Details?.DeepClone().AsObject() ?? [];
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = reason, ["message"] = message, ["field"] = field });
        return new(Code, Reason, Message, details);
    }

    public static StatusException NotFound(ObjectKey key) =>
        new(404, "NotFound", $"{key.Kind.QualifiedPlural} \"{key.Name}\" not found", About(key));

    public static StatusException AlreadyExists(ObjectKey key) =>
        new(409, "AlreadyExists", $"{key.Kind.QualifiedPlural} \"{key.Name}\" already exists", About(key));

    public static StatusException Conflict(ObjectKey key, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {key.Kind.QualifiedPlural} \"{key.Name}\": {why}", About(key));

    public static StatusException Forbidden(ObjectKey key, string why) =>
        new(403, "Forbidden", $"{key.Kind.QualifiedPlural} \"{key.Name}\" is forbidden: {why}", About(key));

    public static StatusException BadRequest(string message) => new(400, "BadRequest", message);

    /// <param name="causes">field, reason (FieldValueInvalid, FieldValueRequired, ...) and message of each fault.</param>
    public static StatusException Invalid(ObjectKey key, IReadOnlyList<(string Field, string Reason, string Message)> causes)
    {
        var details = About(key);
        details["kind"] = key.Kind.Kind;
        var kind = key.Kind.Group.Length == 0 ? key.Kind.Kind : $"{key.Kind.Kind}.{key.Kind.Group}";
        return Invalid(kind, key.Name, details, causes);
    }

    /// <summary>The same for what is sent but not stored, as PodLogOptions.</summary>
    public static StatusException Invalid(string kind, string name, IReadOnlyList<(string Field, string Reason, string Message)> causes) =>
        Invalid(kind, name, new JsonObject { ["name"] = name, ["kind"] = kind }, causes);

    private static StatusException Invalid(string kind, string name, JsonObject details, IReadOnlyList<(string Field, string Reason, string Message)> causes)
    {
        details["causes"] = new JsonArray([.. causes.Select(cause => new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
        var faults = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        var text = faults.Length == 1 ? faults[0] : $"[{string.Join(", ", faults)}]";
        return new(422, "Invalid", $"{kind} \"{name}\" is invalid: {text}", details);
    }

    /// <summary>What a watch or a list asks for is older than what is remembered.</summary>
    public static StatusException Expired(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})");

    /// <summary>Its name and kind, as the details of a Status have them.</summary>
    internal static JsonObject About(ObjectKey key)
    {
        var details = new JsonObject { ["name"] = key.Name };
        if (key.Kind.Group.Length > 0)
            details["group"] = key.Kind.Group;
        details["kind"] = key.Kind.Plural;
        return details;
    }
}
