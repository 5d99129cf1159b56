using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Objects that are questions: they are posted, answered and not stored.</summary>
internal sealed class ReviewEndpoint(ApiParts parts)
{
    private readonly AccessReviews access = new(parts.Authorizer);
    private readonly AuthenticationReviews authentication = new(parts.Authenticator);
    private readonly TokenRequests tokens = new(parts.Objects.Store, parts.Tokens);

    /// <summary>Every kind of question, and what answers it.</summary>
    public static IReadOnlyList<Review> All { get; } =
    [
        new("authentication.k8s.io", "TokenReview", (reviews, _, _, body) => reviews.authentication.Token(body)),
        new("authentication.k8s.io", "SelfSubjectReview", (_, _, user, body) => AuthenticationReviews.Self(user, body)),
        new("authorization.k8s.io", "SubjectAccessReview", (reviews, _, _, body) => reviews.access.Subject(body)),
        new("authorization.k8s.io", "SelfSubjectAccessReview", (reviews, _, user, body) => reviews.access.Self(user, body)),
        new("authorization.k8s.io", "SelfSubjectRulesReview", (reviews, _, user, body) => reviews.access.Rules(user, body)),
        new("authorization.k8s.io", "LocalSubjectAccessReview", (reviews, info, _, body) => reviews.access.Local(info.Namespace, body)) { Namespaced = true },
    ];

    public static Review? Find(RequestInfo info) => All.FirstOrDefault(review => (review.Group, "v1", review.Plural) == (info.Group, info.Version, info.Resource));

    public async Task AnswerAsync(HttpContext http, Review review, RequestInfo info, UserInfo user)
    {
        if (info.Verb != "create" || info.Name.Length > 0)
            throw Refusals.MethodNotAllowed();
        if (review.Namespaced != (info.Namespace.Length > 0))
            throw Refusals.UnknownPath();
        await Answer.WriteAsync(http, 201, review.Answer(this, info, user, await ReadAsync(http, review.Kind, $"{info.Group}/v1")));
    }

    /// <summary>serviceaccounts/token</summary>
    public async Task CreateTokenAsync(ApiCall call)
    {
        var request = await ReadAsync(call.Http, "TokenRequest", "authentication.k8s.io/v1");
        call.Query.DryRun("CreateOptions");
        await Answer.WriteAsync(call.Http, 201, tokens.Create(call.Info.Namespace, call.Info.Name, request));
    }

    private static async Task<JsonObject> ReadAsync(HttpContext http, string kind, string version)
    {
        AcceptedForm.RequireOtherThanTable(http.Request.Headers.Accept);
        var body = await RequestObject.ReadAsync(http.Request, kind);
        if (body["apiVersion"] is { } own && own.ToString() != version)
            throw StatusException.BadRequest($"the API version in the data ({own}) does not match the expected API version ({version})");
        return body;
    }

    internal sealed record Review(string Group, string Kind, Func<ReviewEndpoint, RequestInfo, UserInfo, JsonObject, JsonObject> Answer)
    {
        public bool Namespaced { get; init; }
        public string Plural => Kind.ToLowerInvariant() + "s";
    }
}
