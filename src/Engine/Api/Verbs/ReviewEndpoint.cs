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

    public static bool Has(RequestInfo info) => info is
    {
        Group: "authorization.k8s.io",
        Version: "v1",
        Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" or "subjectaccessreviews" or "localsubjectaccessreviews",
    } or { Group: "authentication.k8s.io", Version: "v1", Resource: "selfsubjectreviews" or "tokenreviews" };

    public async Task AnswerAsync(HttpContext http, RequestInfo info, UserInfo user)
    {
        if (info.Verb != "create" || info.Name.Length > 0)
            throw Refusals.MethodNotAllowed();
        if ((info.Resource == "localsubjectaccessreviews") != (info.Namespace.Length > 0))
            throw Refusals.UnknownPath();
        var review = await ReadAsync(http, info.Resource, $"{info.Group}/v1");
        await Answer.WriteAsync(http, 201, info.Resource switch
        {
            "selfsubjectaccessreviews" => access.Self(user, review),
            "selfsubjectrulesreviews" => access.Rules(user, review),
            "subjectaccessreviews" => access.Subject(review),
            "localsubjectaccessreviews" => access.Local(info.Namespace, review),
            "selfsubjectreviews" => AuthenticationReviews.Self(user, review),
            _ => authentication.Token(review),
        });
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
        var body = await RequestObject.ReadAsync(http.Request, kind, "application/json");
        if (body["apiVersion"] is { } own && own.ToString() != version)
            throw StatusException.BadRequest($"the API version in the data ({own}) does not match the expected API version ({version})");
        return body;
    }
}
