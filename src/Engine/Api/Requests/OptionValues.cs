using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>Values of options, by query or body, that only few are allowed of.</summary>
internal static class OptionValues
{
    public static bool IsDryRun(IReadOnlyList<string?> values, string options)
    {
        if (values.Count == 0 || values is [""])
            return false;
        if (values.Any(value => value != "All"))
            throw Unsupported(options, "dryRun", $"[]string{{{string.Join(", ", values.Select(value => $"\"{value}\""))}}}", "\"All\"");
        return true;
    }

    public static StatusException Unsupported(string options, string field, string value, string supported) =>
        Invalid(options, field, "FieldValueNotSupported", $"Unsupported value: {value}: supported values: {supported}");

    public static StatusException Invalid(string options, string field, string reason, string message)
    {
        var cause = new JsonObject { ["reason"] = reason, ["message"] = message, ["field"] = field };
        var details = new JsonObject { ["group"] = "meta.k8s.io", ["kind"] = options, ["causes"] = new JsonArray(cause) };
        return new(422, "Invalid", $"{options}.meta.k8s.io \"\" is invalid: {field}: {message}", details);
    }
}
