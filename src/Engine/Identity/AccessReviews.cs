using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>Questions about rights (authorization.k8s.io/v1): each takes the object that was posted, and answers it with its status.</summary>
public sealed class AccessReviews(Authorizer authorizer)
{
    private const string Group = "authorization.k8s.io";

    /// <summary>SelfSubjectAccessReview</summary>
    /// <exception cref="StatusException">422</exception>
    public JsonObject Self(UserInfo user, JsonObject review)
    {
        RefuseFaults("selfsubjectaccessreviews", new ReviewFaults(review).OfQuestion().OfMetadata("metadata", "must be empty"));
        return Decide(user, review);
    }

    /// <summary>SubjectAccessReview</summary>
    /// <exception cref="StatusException">422</exception>
    public JsonObject Subject(JsonObject review)
    {
        RefuseFaults("subjectaccessreviews", new ReviewFaults(review).OfQuestion().OfSubject().OfMetadata("metadata", "must be empty"));
        return Decide(AskedUser(review), review);
    }

    /// <summary>LocalSubjectAccessReview</summary>
    /// <exception cref="StatusException">400, 422</exception>
    public JsonObject Local(string inNamespace, JsonObject review)
    {
        RefuseFaults("localsubjectaccessreviews", new ReviewFaults(review).OfQuestion().OfSubject().OfMetadata("metadata", "must be empty except for namespace", "namespace").OfNamespace(inNamespace));
        return Decide(AskedUser(review), review);
    }

    /// <summary>SelfSubjectRulesReview</summary>
    /// <exception cref="StatusException">400: it names no namespace.</exception>
    public JsonObject Rules(UserInfo user, JsonObject review)
    {
        var ns = new KubernetesObject(review).Text("spec", "namespace");
        if (ns.Length == 0)
            throw StatusException.BadRequest("no namespace on request");
        var faults = new List<string>();
        IEnumerable<PolicyRule> rules = authorizer.Resolver.RulesOf(user, ns, faults).Select(held => held.Rule);
        if (user.Groups.Contains(Groups.Masters))
            rules = [new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], NonResourceUrls = ["*"] }, .. rules];
        var listed = rules.ToList();
        var status = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. listed.Where(rule => rule.Resources.Count > 0).Select(rule => rule.ToJson())]),
            ["nonResourceRules"] = new JsonArray([.. listed.Where(rule => rule.NonResourceUrls.Count > 0).Select(rule => rule.ToJson())]),
            ["incomplete"] = faults.Count > 0,
        };
        if (faults.Count > 0)
            status["evaluationError"] = string.Join(", ", faults);
        return Answer(review, status);
    }

    private JsonObject Decide(UserInfo user, JsonObject review)
    {
        var decision = authorizer.Authorize(user, Question(new(review)));
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
            status["reason"] = decision.Reason;
        return Answer(review, status);
    }

    private static AccessRequest Question(KubernetesObject review)
    {
        if (review.At("spec", "resourceAttributes") is JsonObject asked)
        {
            var resource = new KubernetesObject(asked);
            return new(resource.Text("verb"), resource.Text("group"), resource.Text("resource"), resource.Text("subresource"), resource.Text("namespace"), resource.Text("name"));
        }
        return AccessRequest.OfPath(review.Text("spec", "nonResourceAttributes", "verb"), review.Text("spec", "nonResourceAttributes", "path"));
    }

    private static UserInfo AskedUser(JsonObject review)
    {
        var spec = new KubernetesObject(review);
        return new(spec.Text("spec", "user"), spec.Text("spec", "uid"), spec.Texts("spec", "groups"));
    }

    internal static JsonObject Answer(JsonObject review, JsonObject status)
    {
        var answer = review.DeepClone().AsObject();
        if (answer["metadata"] is not JsonObject metadata)
            answer["metadata"] = metadata = [];
        metadata["creationTimestamp"] ??= null;
        answer["status"] = status;
        return answer;
    }

    private static void RefuseFaults(string plural, ReviewFaults review)
    {
        if (review.Faults.Count > 0)
            throw new StatusException(422, "Invalid", $".{Group} \"\" is invalid: {review.Text}", new() { ["group"] = Group, ["kind"] = plural, ["causes"] = review.Causes() });
    }
}
