using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>The subresource "token" of service accounts (authentication.k8s.io/v1, TokenRequest).</summary>
public sealed class TokenRequests(ObjectStore store, TokenIssuer issuer)
{
    private const long Shortest = 10 * 60;
    private const long Longest = 1L << 32;
    private const long Usual = 3600;
    private static readonly GroupVersionKind Kind = new("authentication.k8s.io", "v1", "TokenRequest");

    /// <summary>Takes the object that was posted, and answers it with the token in its status.</summary>
    /// <exception cref="StatusException">400, 404, 409, 422</exception>
    public JsonObject Create(string inNamespace, string account, JsonObject body)
    {
        var request = new KubernetesObject(body);
        var lifetime = Lifetime(request);
        var accountKey = new ObjectKey(Kinds.ServiceAccount, inNamespace, account);
        var found = store.Find(accountKey) ?? throw StatusException.NotFound(accountKey);
        var audiences = request.Texts("spec", "audiences");
        if (audiences.Count == 0)
            audiences = [TokenIssuer.ApiAudience];
        var bound = Bound(request, inNamespace, account);
        var token = issuer.Issue(new(inNamespace, account, found.View.Uid, audiences, TimeSpan.FromSeconds(lifetime), bound));
        return Answer(body, audiences, lifetime, token);
    }

    private static long Lifetime(KubernetesObject request)
    {
        var node = request.At("spec", "expirationSeconds");
        var seconds = KubernetesObject.Number(node, Usual);
        if (seconds < Shortest)
            throw Invalid(request.Name, $"Invalid value: {seconds}: may not specify a duration less than 10 minutes");
        if (seconds > Longest)
            throw Invalid(request.Name, $"Invalid value: {seconds}: may not specify a duration larger than 2^32 seconds");
        return seconds;
    }

    private BoundObject? Bound(KubernetesObject request, string inNamespace, string account)
    {
        if (request.At("spec", "boundObjectRef") is not JsonObject json)
            return null;
        var reference = new KubernetesObject(json);
        var name = reference.Text("name");
        var kind = GroupVersionKind.From(reference.ApiVersion, reference.Kind);
        var known = kind.Group.Length > 0 ? null : kind.Kind == "Pod" ? Kinds.Pod : kind.Kind == "Secret" ? Kinds.Secret : kind.Kind == "Node" ? Kinds.Node : null;
        if (known is null)
            throw StatusException.BadRequest($"cannot bind token to object of type {kind.Group}/{kind.Version}, Kind={kind.Kind}");
        var key = new ObjectKey(known, known.Namespaced ? inNamespace : "", name);
        var target = (store.Find(key) ?? throw StatusException.NotFound(key)).View;
        if (known == Kinds.Pod && target.Text("spec", "serviceAccountName") != account)
            throw StatusException.BadRequest($"cannot bind token for serviceaccount {GoText.Quote(account)} to pod running with different serviceaccount name.");
        if (reference.Text("uid") is { Length: > 0 } uid && uid != target.Uid)
            throw StatusException.Conflict(key, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        return new(kind.Kind, name, target.Uid);
    }

    private static JsonObject Answer(JsonObject body, IReadOnlyList<string> audiences, long lifetime, IssuedToken token)
    {
        var answer = body.DeepClone().AsObject();
        if (answer["spec"] is not JsonObject spec)
            answer["spec"] = spec = [];
        spec["audiences"] = JsonFields.Of(audiences);
        spec["expirationSeconds"] = lifetime;
        spec["boundObjectRef"] ??= null;
        return AccessReviews.Answer(answer, new() { ["token"] = token.Value, ["expirationTimestamp"] = token.Expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") });
    }

    private static StatusException Invalid(string name, string message) => new(422, "Invalid", $"{Kind.Kind}.{Kind.Group} {GoText.Quote(name)} is invalid: spec.expirationSeconds: {message}", new()
    {
        ["name"] = name,
        ["group"] = Kind.Group,
        ["kind"] = Kind.Kind,
        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = message, ["field"] = "spec.expirationSeconds" }),
    });
}
