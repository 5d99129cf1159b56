using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>Questions about identities (authentication.k8s.io/v1): each takes the object that was posted, and answers it with its status.</summary>
public sealed class AuthenticationReviews(Authenticator authenticator)
{
    /// <summary>SelfSubjectReview: who am I?</summary>
    public static JsonObject Self(UserInfo user, JsonObject review) => AccessReviews.Answer(review, new() { ["userInfo"] = Describe(user) });

    /// <summary>TokenReview: whose token is this?</summary>
    /// <exception cref="StatusException">400: it names no token.</exception>
    public JsonObject Token(JsonObject review)
    {
        var spec = new KubernetesObject(review);
        var token = spec.Text("spec", "token");
        if (token.Length == 0)
            throw StatusException.BadRequest("token is required for TokenReview in authentication");
        var audiences = spec.Texts("spec", "audiences");
        var verified = authenticator.Verify(token, audiences.Count == 0 ? [TokenIssuer.ApiAudience] : audiences);
        return AccessReviews.Answer(review, verified is null
            ? new() { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" }
            : new()
            {
                ["authenticated"] = true,
                ["user"] = Describe(verified.User),
                ["audiences"] = JsonFields.Of(verified.Audiences),
            });
    }

    private static JsonObject Describe(UserInfo user)
    {
        var described = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
            described["uid"] = user.Uid;
        described["groups"] = JsonFields.Of(user.Groups);
        if (user.Extra.Count > 0)
            described["extra"] = new JsonObject(user.Extra.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonFields.Of(pair.Value))));
        return described;
    }
}
