using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>The query of a request: parameters by name, as the type they must have.</summary>
internal sealed class QueryText(IQueryCollection query)
{
    public string Text(string name) => query[name] is [{ } first, ..] ? first : "";

    /// <summary>As Kubernetes reads them: there without a value is true; "false" and "0" are not.</summary>
    public bool Flag(string name) => query.ContainsKey(name) && Text(name) is not ("false" or "0" or "False" or "FALSE" or "f" or "F");

    /// <exception cref="StatusException">400: it is not a whole number.</exception>
    public long? Number(string name) => Text(name) switch
    {
        "" => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw StatusException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
    };

    /// <summary>resourceVersion; null where it is not given.</summary>
    /// <exception cref="StatusException">400: it is not a number.</exception>
    public long? Revision => Text("resourceVersion") switch
    {
        "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw StatusException.BadRequest($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"),
    };

    /// <summary>dryRun=All.</summary>
    /// <param name="options">What the parameters of the verb are called: CreateOptions, ...</param>
    /// <exception cref="StatusException">422: any other value.</exception>
    public bool DryRun(string options) => query["dryRun"] is { Count: > 0 } values && OptionValues.IsDryRun([.. values], options);

    /// <summary>What to do about unknown fields: a warning, where nothing is set.</summary>
    /// <exception cref="StatusException">422: another value.</exception>
    public FieldValidation FieldValidation(string options) => Text("fieldValidation") switch
    {
        "" or "Warn" => Engine.Schema.FieldValidation.Warn,
        "Ignore" => Engine.Schema.FieldValidation.Ignore,
        "Strict" => Engine.Schema.FieldValidation.Strict,
        var other => throw OptionValues.Unsupported(options, "fieldValidation", $"\"{other}\"", "\"Ignore\", \"Warn\", \"Strict\""),
    };
}

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
