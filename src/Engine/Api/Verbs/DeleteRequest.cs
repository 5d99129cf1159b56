using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Reads what a deletion asks for: from its body (DeleteOptions), or where it has none from the query.</summary>
internal static class DeleteRequest
{
    private const string Name = "DeleteOptions";

    /// <exception cref="StatusException">400, 413, 415 or 422.</exception>
    public static async Task<Deletion> ReadAsync(ApiCall call)
    {
        var body = await RequestBody.ReadAsync(call.Http.Request, call.Aborted);
        var inQuery = call.Query.DryRun(Name);
        if (body.Length == 0)
            return new(call.Query.Number("gracePeriodSeconds"), Policy(call.Served, call.Query.Text("propagationPolicy"), call.Query.Text("orphanDependents")), DryRun: inQuery);
        return Of(call, RequestObject.Read(call.Http.Request, Name, body), inQuery);
    }

    /// <param name="inQuery">The query asks for a dry run.</param>
    /// <exception cref="StatusException">400 or 422.</exception>
    public static Deletion Of(ApiCall call, JsonObject body, bool inQuery)
    {
        var options = new KubernetesObject(body);
        var policy = Text(options, "propagationPolicy");
        return new(
            Grace(options),
            Policy(call.Served, policy, options.At("orphanDependents")?.ToString() ?? ""),
            NullIfEmpty(Text(options, "preconditions", "uid")),
            NullIfEmpty(Text(options, "preconditions", "resourceVersion")),
            inQuery | (options.At("dryRun") is JsonArray dryRun && OptionValues.IsDryRun([.. dryRun.Select(value => value?.ToString())], Name)));
    }

    private static long? Grace(KubernetesObject options) => options.At("gracePeriodSeconds") switch
    {
        null => null,
        JsonValue value when value.TryGetValue<long>(out var seconds) => seconds,
        var other => throw StatusException.BadRequest($"{Name}.gracePeriodSeconds: a whole number is expected, not {other.ToJsonString()}"),
    };

    private static string Text(KubernetesObject options, params ReadOnlySpan<object> path) => options.At(path) switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => throw StatusException.BadRequest($"{Name}.{string.Join('.', path.ToArray())}: text is expected, not {other.ToJsonString()}"),
    };

    private static Propagation? Policy(ServedKind kind, string policy, string orphan) => (policy, orphan) switch
    {
        ("Background", _) => Propagation.Background,
        ("Foreground", _) => Propagation.Foreground,
        ("Orphan", _) => Propagation.Orphan,
        ("", "true") => Propagation.Orphan,
        ("", "false") => Propagation.Background,
        ("", _) => kind.Propagation,
        _ => throw OptionValues.Unsupported(Name, "propagationPolicy", $"\"{policy}\"", "\"Foreground\", \"Background\", \"Orphan\", \"nil\""),
    };

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}
