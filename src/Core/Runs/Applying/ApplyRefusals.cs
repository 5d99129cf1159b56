using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs.Applying;

/// <summary>Turns the server's refusal of an object into diagnostics at the places of the YAML that it is about.</summary>
internal static partial class ApplyRefusals
{
    private const string Escalation = "attempting to grant RBAC permissions not currently held";

    public static IEnumerable<Diagnostic> Describe(ApplyItem item, KubernetesException e, Lease lease)
    {
        var fields = ServerFieldErrors.UnknownFields(e.Message, item.Body.Json);
        if (fields.Count > 0)
            return fields.Select(field => UnknownField(item, field));
        if (!lease.IsCallers && e.Code == HttpStatusCode.Forbidden && (IsRefusedByRights(e) || e.Message.Contains(Escalation, StringComparison.Ordinal)))
            return [Ktr.OutsideSandbox.At(item.Locate("kind"), item.Kind, item.Name, Said(item, e.Message))];
        if (e.Code == HttpStatusCode.Conflict && !lease.Created)
            return [NameTaken(item, lease.Namespace, Said(item, e.Message))];
        // Servers name what is wrong in no certain order.
        return RefusalCauses.Read(item, e).Distinct().Select(cause => Ktr.Rejected.At(item.Locate(cause.Field), item.Kind, item.Name,
            Said(item, cause.Field.Length > 0 ? $"{cause.Field}: {cause.Message}" : cause.Message)))
            .OrderBy(refusal => refusal.Location?.Line).ThenBy(refusal => refusal.Location?.Column).ThenBy(refusal => refusal.Message, StringComparer.Ordinal);
    }

    public static Diagnostic UnknownField(ApplyItem item, UnknownField field) =>
        Ktr.UnknownField.At(item.LocateKey(field.Path), item.Kind, item.Name, field + (field.Suggestion is { } near ? $" (did you mean '{near}'?)" : ""));

    public static Diagnostic NameTaken(ApplyItem item, string ns, string why) =>
        Ktr.NameTaken.At(item.Manifest.Locate("metadata", "name"), item.Kind, item.Name, ns, why.TrimEnd('.'));

    /// <summary>The authorizer's refusal, in every version: User "x" cannot patch resource "y".</summary>
    public static bool IsRefusedByRights(KubernetesException e) => e.Code == HttpStatusCode.Forbidden && AuthorizerRefusal().IsMatch(e.Message);

    /// <summary>Not an answer about the object, but a cluster in trouble, in spite of the client's own attempts. (A 500 is: a webhook that fails.)</summary>
    public static bool IsLost(KubernetesException e) => e.IsTransient && e.Code != HttpStatusCode.InternalServerError;

    /// <summary>Whether an object would be refused alone in the world as well.</summary>
    public static bool IsAboutTheObjectAlone(KubernetesException e) => e.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest;

    /// <summary>A message that may be shown: without the pieces of the object that decoding errors quote, and without a Secret's values.</summary>
    private static string Said(ApplyItem item, string message)
    {
        var said = QuotedInput().Replace(message, "");
        if (item.Kind == "Secret")
            foreach (var value in SecretValues(item).Where(value => value.Length > 0).OrderByDescending(value => value.Length))
                said = said.Replace(value, "***", StringComparison.Ordinal);
        return said.EndsWith('.') ? said : said + ".";
    }

    private static IEnumerable<string> SecretValues(ApplyItem item)
    {
        foreach (var field in new[] { "data", "stringData" })
            foreach (var (_, value) in item.Body.At(field) as JsonObject ?? [])
                yield return value?.ToString() ?? "";
    }

    [GeneratedRegex("User \"[^\"]+\" cannot [a-z]+ resource")]
    private static partial Regex AuthorizerRefusal();

    [GeneratedRegex(@", error found in #\d+ byte of .*$", RegexOptions.Singleline)]
    private static partial Regex QuotedInput();
}
