using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>What is wrong with a question about rights: all of it at once.</summary>
internal sealed class ReviewFaults(JsonObject review)
{
    private const string Resource = "resourceAttributes";
    private const string Path = "nonResourceAttributes";

    private readonly KubernetesObject view = new(review);
    private readonly List<(string Field, string Message)> faults = [];

    public IReadOnlyList<(string Field, string Message)> Faults => faults;

    public string Text => faults.Count == 1 ? Line(faults[0]) : $"[{string.Join(", ", faults.Select(Line))}]";

    public ReviewFaults OfQuestion()
    {
        var (resource, path) = (view.At("spec", Resource) is not null, view.At("spec", Path) is not null);
        if (resource && path)
            Add($"spec.{Path}", view.At("spec", Path), "cannot be specified in combination with resourceAttributes");
        if (!resource && !path)
            Add($"spec.{Resource}", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        return this;
    }

    public ReviewFaults OfSubject()
    {
        if (view.Text("spec", "user").Length == 0 && view.At("spec", "groups") is not JsonArray { Count: > 0 })
            Add("spec.user", "", "at least one of user or group must be specified");
        return this;
    }

    /// <summary>What is not to be kept has no metadata.</summary>
    public ReviewFaults OfMetadata(string field, string message, params string[] allowed)
    {
        var metadata = view.At(field) as JsonObject ?? [];
        if (metadata.Any(pair => pair.Value is not null && pair.Key != "managedFields" && !allowed.Contains(pair.Key)))
            Add(field, metadata, message);
        return this;
    }

    public ReviewFaults OfNamespace(string inNamespace)
    {
        if (view.Text("metadata", "namespace") is { Length: > 0 } named && named != inNamespace)
            throw Store.StatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (view.At("spec", Resource) is not null && view.Text("spec", Resource, "namespace") != inNamespace)
            Add($"spec.{Resource}.namespace", view.Text("spec", Resource, "namespace"), "must match metadata.namespace");
        if (view.At("spec", Path) is not null)
            Add($"spec.{Path}", view.At("spec", Path), "disallowed on this kind of request");
        return this;
    }

    public JsonArray Causes() => new([.. faults.Select(fault => new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = fault.Message, ["field"] = fault.Field })]);

    private void Add(string field, JsonNode? value, string message) =>
        faults.Add((field, $"Invalid value: {(value is null ? "\"null\"" : value.ToJsonString())}: {message}"));

    private static string Line((string Field, string Message) fault) => $"{fault.Field}: {fault.Message}";
}
