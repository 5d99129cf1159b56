using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>
/// Tokens of service accounts, as Kubernetes makes them: they expire, name whom they are for, and are bound to an account and, where asked, to
/// a pod or secret. The key lives as long as the engine.
/// </summary>
public sealed class TokenIssuer(ObjectStore store, TimeProvider time) : IDisposable
{
    /// <summary>The issuer, and the audience that is the API server itself.</summary>
    public const string ApiAudience = "https://kubernetes.default.svc.cluster.local";

    private const string PrivateClaims = "kubernetes.io";
    /// <summary>For how long a token outlives the end of what it is bound to, so that a pod can say goodbye to the API.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private readonly TokenSigner signer = new();

    public IssuedToken Issue(TokenGrant grant)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = now + (long)grant.Lifetime.TotalSeconds;
        var audiences = grant.Audiences.Count == 0 ? [ApiAudience] : grant.Audiences;
        var bound = new JsonObject { ["namespace"] = grant.Namespace };
        if (grant.Bound is { } target)
        {
            bound[target.Kind.ToLowerInvariant()] = new JsonObject { ["name"] = target.Name, ["uid"] = target.Uid };
            if (target.Kind == "Pod" && NodeOf(new(Kinds.Pod, grant.Namespace, target.Name)) is { } node)
                bound[Kinds.Node.Singular] = node;
        }
        bound["serviceaccount"] = new JsonObject { ["name"] = grant.Account, ["uid"] = grant.AccountUid };
        var token = signer.Sign(new()
        {
            ["aud"] = JsonFields.Of(audiences),
            ["exp"] = expires,
            ["iat"] = now,
            ["iss"] = ApiAudience,
            ["jti"] = Guid.NewGuid().ToString(),
            [PrivateClaims] = bound,
            ["nbf"] = now,
            ["sub"] = ServiceAccountUser.Name(grant.Namespace, grant.Account),
        });
        return new(token, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>Whose token it is, and which of the audiences it is for; null when it is worth nothing, for whatever reason.</summary>
    /// <param name="audiences">Any of them will do.</param>
    public VerifiedToken? Verify(string token, IReadOnlyList<string> audiences)
    {
        if (signer.Open(token) is not { } json)
            return null;
        var claims = new KubernetesObject(json);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (now >= KubernetesObject.Number(claims.At("exp")) || now < KubernetesObject.Number(claims.At("nbf")))
            return null;
        var matching = claims.Texts("aud").Intersect(audiences).ToList();
        if (matching.Count == 0)
            return null;
        var ns = claims.Text(PrivateClaims, "namespace");
        var account = claims.Text(PrivateClaims, "serviceaccount", "name");
        var uid = claims.Text(PrivateClaims, "serviceaccount", "uid");
        if (!Exists(Kinds.ServiceAccount, ns, account, uid) || !BoundExists(claims, ns))
            return null;
        return new(ServiceAccountUser.Make(ns, account, uid, Extra(claims)), matching);
    }

    public void Dispose() => signer.Dispose();

    /// <summary>The node that a pod is on, as tokens name it; null for none.</summary>
    private JsonObject? NodeOf(ObjectKey pod)
    {
        if (store.Find(pod)?.View.Text("spec", "nodeName") is not { Length: > 0 } name)
            return null;
        var node = new JsonObject { ["name"] = name };
        if (store.Find(new(Kinds.Node, "", name)) is { } found)
            node["uid"] = found.View.Uid;
        return node;
    }

    private bool BoundExists(KubernetesObject claims, string ns)
    {
        foreach (var kind in (ReadOnlySpan<ResourceKind>)[Kinds.Pod, Kinds.Secret])
            if (claims.At(PrivateClaims, kind.Singular) is not null && !Exists(kind, ns, claims.Text(PrivateClaims, kind.Singular, "name"), claims.Text(PrivateClaims, kind.Singular, "uid")))
                return false;
        // With a pod it only says where that is.
        return claims.At(PrivateClaims, "pod") is not null || claims.At(PrivateClaims, "node") is null
            || Exists(Kinds.Node, "", claims.Text(PrivateClaims, "node", "name"), claims.Text(PrivateClaims, "node", "uid"));
    }

    private bool Exists(ResourceKind kind, string ns, string name, string uid) =>
        store.Find(new(kind, ns, name)) is { } found && found.View.Uid == uid
        && (!DateTimeOffset.TryParse(found.View.Text("metadata", "deletionTimestamp"), null, out var end) || end + Leeway > time.GetUtcNow());

    private static Dictionary<string, IReadOnlyList<string>> Extra(KubernetesObject claims)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Text("jti")}"] };
        foreach (var kind in (ReadOnlySpan<string>)["pod", "node"])
            foreach (var field in (ReadOnlySpan<string>)["name", "uid"])
                if (claims.Text(PrivateClaims, kind, field) is { Length: > 0 } value)
                    extra[$"authentication.kubernetes.io/{kind}-{field}"] = [value];
        return extra;
    }
}

/// <summary>A token that is asked for.</summary>
/// <param name="Audiences">Empty for the API server.</param>
/// <param name="Bound">Null for the account alone.</param>
public sealed record TokenGrant(string Namespace, string Account, string AccountUid, IReadOnlyList<string> Audiences, TimeSpan Lifetime, BoundObject? Bound);

/// <summary>What a token is bound to beside its account: it is worth nothing once that is gone.</summary>
/// <param name="Kind">Pod, Secret or Node.</param>
public sealed record BoundObject(string Kind, string Name, string Uid);

/// <param name="Value">Secret.</param>
public sealed record IssuedToken(string Value, DateTimeOffset Expires)
{
    /// <summary>Without the value: records are printed into logs and failed assertions.</summary>
    public override string ToString() => $"a token until {Expires:O}";
}

/// <param name="Audiences">Those that were asked for and that the token is for.</param>
public sealed record VerifiedToken(UserInfo User, IReadOnlyList<string> Audiences);
