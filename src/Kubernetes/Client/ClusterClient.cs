using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Kubernetes.Client;

/// <summary>A dynamic client for one cluster and one identity. Safe for concurrent use. Failures are <see cref="KubernetesException"/>.</summary>
public sealed class ClusterClient : IDisposable
{
    private readonly RequestSender sender;
    private readonly PodStreams streams;
    private int disposed;

    public ClusterClient(ClusterConnection connection, ClientOptions? options = null)
        : this(connection, options ?? new(), new(connection, options ?? new())) { }

    private ClusterClient(ClusterConnection connection, ClientOptions options, ApiTransport transport)
    {
        Connection = connection;
        sender = new(connection, options, transport, Credentials.For(connection, options.Time));
        streams = new(sender);
    }

    public ClusterConnection Connection { get; }

    /// <summary>
    /// The same cluster with another identity; discovery and connections are shared (identities are not: a client certificate has
    /// connections of its own). Impersonation is not taken over. Dispose it as any other; the connections close with the last one.
    /// </summary>
    public ClusterClient As(ClusterIdentity identity)
    {
        sender.Transport.Share();
        return new(Connection with { Identity = identity, ImpersonateUser = null, ImpersonateGroups = [] },
            sender.Options with { ImpersonateUser = null, ImpersonateGroups = [] }, sender.Transport);
    }

    /// <summary>The server's version; asked once.</summary>
    public Task<ServerVersion> GetVersionAsync(CancellationToken cancellationToken) =>
        sender.Transport.Knowledge.Version.GetAsync("", async token =>
        {
            var body = new KubernetesObject((await sender.ReadAsync(ApiRequest.Get("/version"), token)).AsObject());
            return new(LeadingNumber(body.Text("major")), LeadingNumber(body.Text("minor")), body.Text("gitVersion")) { Platform = body.Text("platform") };
        }, cancellationToken);

    /// <summary>What discovery knows about a kind; null when the server has no such kind. Discovery is read once, and again after <see cref="RefreshDiscovery"/>.</summary>
    public Task<ApiResource?> FindResourceAsync(GroupVersionKind kind, CancellationToken cancellationToken) =>
        Discovery.FindAsync(sender, kind, cancellationToken);

    /// <summary>All resources of the server. An aggregated API that is down is reported in the result and does not hide the others.</summary>
    public Task<DiscoveredApis> DiscoverAsync(CancellationToken cancellationToken) => Discovery.AllAsync(sender, cancellationToken);

    /// <summary>Forgets discovery and schemas: after CustomResourceDefinitions were made.</summary>
    public void RefreshDiscovery() => sender.Transport.Knowledge.Forget();

    /// <summary>The object, or null when there is none.</summary>
    public async Task<KubernetesObject?> FindAsync(ResourceName name, CancellationToken cancellationToken)
    {
        try
        {
            return Object(await sender.ReadAsync(ApiRequest.Get(ApiPaths.Item(name)), cancellationToken));
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Creates. Sent again only where the first attempt cannot have taken effect (connection refused, 429, an error with Retry-After),
    /// so a lost connection is an error that leaves open whether the object was made.
    /// </summary>
    public async Task<KubernetesObject> CreateAsync(ApiResource resource, string? ns, KubernetesObject body, CancellationToken cancellationToken)
    {
        var repeated = false;
        var request = new ApiRequest(HttpMethod.Post, ApiPaths.Collection(resource, ns)) { Body = body.Json, Repeatable = false, OnRepeat = () => repeated = true };
        try
        {
            return Object(await sender.ReadAsync(request, cancellationToken));
        }
        catch (KubernetesException e) when (repeated && e.Reason == "AlreadyExists")
        {
            throw new KubernetesException($"{e.Message} (perhaps by an earlier attempt of this request, which was answered with an error)", e.Code, e.Reason, e.Causes, inner: e);
        }
    }

    /// <summary>Replaces. With a resourceVersion in the body, a Conflict after a retry may mean that the first attempt went through.</summary>
    public async Task<KubernetesObject> ReplaceAsync(ResourceName name, KubernetesObject body, CancellationToken cancellationToken) =>
        Object(await sender.ReadAsync(new(HttpMethod.Put, ApiPaths.Item(name)) { Body = body.Json }, cancellationToken));

    /// <summary>JSON merge patch (RFC 7386).</summary>
    public async Task<KubernetesObject> MergePatchAsync(ResourceName name, JsonObject patch, CancellationToken cancellationToken) =>
        Object(await sender.ReadAsync(new(HttpMethod.Patch, ApiPaths.Item(name)) { Body = patch, ContentType = "application/merge-patch+json" }, cancellationToken));

    /// <summary>
    /// Server-side apply. What does not fit the schema is refused as Invalid (see <see cref="ServerFieldErrors"/>), also where the server says 500.
    /// Ports without a protocol get TCP on servers that insist on one.
    /// </summary>
    public async Task<ApplyResult> ApplyAsync(ResourceName name, KubernetesObject body, ApplyOptions options, CancellationToken cancellationToken)
    {
        var strict = options.Strict && await HasFieldValidationAsync(cancellationToken);
        var request = new ApiRequest(HttpMethod.Patch, ApiPaths.Item(name)) { Body = body.Json, ContentType = "application/apply-patch+yaml" }
            .With("fieldManager", options.FieldManager)
            .With("force", options.Force)
            .With("fieldValidation", strict ? "Strict" : null)
            .With("dryRun", options.DryRun ? "All" : null);
        ApiAnswer answer;
        try
        {
            answer = await sender.SendAsync(request, cancellationToken);
        }
        catch (KubernetesException e) when (PortProtocols.AreMissing(e.Message))
        {
            answer = await sender.SendAsync(request with { Body = PortProtocols.Fill(body.Json) }, cancellationToken);
        }
        return new(Object(answer.Body), answer.Warnings);
    }

    /// <summary>Deletes; false when there was nothing to delete.</summary>
    public async Task<bool> DeleteAsync(ResourceName name, DeleteOptions options, CancellationToken cancellationToken)
    {
        var retried = false;
        try
        {
            var answer = await sender.SendAsync(new(HttpMethod.Delete, ApiPaths.Item(name)) { Body = DeleteBody(options), OnRepeat = () => retried = true }, cancellationToken);
            return answer.Body is not null;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return retried; // Gone between two attempts: the first one's work.
        }
    }

    /// <summary>All objects, page by page.</summary>
    public async IAsyncEnumerable<KubernetesObject> ListAsync(ApiResource resource, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ListReader.PagesAsync(sender, resource, options, cancellationToken))
            foreach (var item in page.Items)
                yield return item;
    }

    /// <summary>
    /// What exists now (Added), then Synced, then every change, until cancelled. Dropped connections and 410 Gone are
    /// survived: after a new list only real differences are reported (Added, Modified, Deleted).
    /// Throws only for refusals (401, 403, 404) or when the server stays away longer than the retry budget.
    /// </summary>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ApiResource resource, ListOptions options, CancellationToken cancellationToken) =>
        new Watcher(sender, resource, options).RunAsync(cancellationToken);

    /// <summary>
    /// The lines of a container's log as a stream of UTF-8 bytes, returned before its body is read. A followed log has no time limit,
    /// not even for its first byte. Reading throws <see cref="KubernetesException"/> when the connection is lost.
    /// </summary>
    public async Task<Stream> OpenLogAsync(string ns, string pod, LogOptions options, CancellationToken cancellationToken)
    {
        var request = (ApiRequest.Get(ApiPaths.Item(new(ApiResource.Pods, ns, pod)) + "/log") with { Accept = "text/plain, application/json, */*", Patient = options.Follow })
            .With("container", options.Container)
            .With("follow", options.Follow)
            .With("previous", options.Previous)
            .With("timestamps", options.Timestamps)
            .With("tailLines", options.TailLines)
            .With("sinceTime", options.SinceTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .With("limitBytes", options.LimitBytes);
        var response = await sender.OpenAsync(request, cancellationToken);
        return new LogStream($"log of {ns}/{pod} {options.Container}", response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Runs a command in a container; gives its exit code. It is not started a second time, whatever happens to the connection.</summary>
    public Task<int> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => streams.ExecAsync(request, cancellationToken);

    /// <summary>Listens on a port of this machine, on loopback, and forwards each connection to a port of the pod, until the result is disposed.</summary>
    public Task<PortForward> ForwardPortAsync(PortForwardRequest request, CancellationToken cancellationToken) => streams.ForwardAsync(request, cancellationToken);

    /// <summary>SelfSubjectAccessReview.</summary>
    public async Task<AccessAnswer> CanIAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        var attributes = new JsonObject { ["verb"] = question.Verb, ["group"] = question.Group, ["resource"] = question.Resource };
        foreach (var (name, value) in new[] { ("namespace", question.Namespace), ("name", question.Name), ("subresource", question.Subresource) })
            if (!string.IsNullOrEmpty(value))
                attributes[name] = value;
        var review = Request("authorization.k8s.io/v1", "SelfSubjectAccessReview", new JsonObject { ["resourceAttributes"] = attributes });
        var answer = Object(await sender.ReadAsync(new(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") { Body = review }, cancellationToken));
        var reason = answer.Text("status", "reason");
        return new(question, answer.Text("status", "allowed") == "true", reason.Length > 0 ? reason : answer.Text("status", "evaluationError"));
    }

    /// <summary>TokenRequest for a service account.</summary>
    /// <param name="lifetime">At least ten minutes; the server may give less or more than asked for.</param>
    public async Task<ServiceAccountToken> CreateTokenAsync(string ns, string serviceAccount, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var body = Request("authentication.k8s.io/v1", "TokenRequest", new JsonObject { ["expirationSeconds"] = (long)lifetime.TotalSeconds });
        var path = ApiPaths.Item(new(ApiResource.ServiceAccounts, ns, serviceAccount)) + "/token";
        var answer = Object(await sender.ReadAsync(new(HttpMethod.Post, path) { Body = body }, cancellationToken));
        return new(answer.Text("status", "token"), DateTimeOffset.Parse(answer.Text("status", "expirationTimestamp"), CultureInfo.InvariantCulture));
    }

    /// <summary>Any path as JSON, such as /openapi/v2.</summary>
    public Task<JsonNode> GetRawAsync(string path, CancellationToken cancellationToken) => sender.ReadAsync(ApiRequest.Get(path), cancellationToken);

    /// <summary>
    /// The fields that the server would drop without a word: for servers without strict field validation (before 1.25; see
    /// <see cref="ServerVersion.HasFieldValidation"/>). Checked against the server's OpenAPI document, which is fetched once (some megabytes).
    /// </summary>
    /// <returns>Empty for a kind that the document does not describe.</returns>
    public async Task<IReadOnlyList<UnknownField>> FindUnknownFieldsAsync(KubernetesObject body, CancellationToken cancellationToken) =>
        StrictFields.Check(body, await FindSchemaAsync(body.GroupVersionKind, cancellationToken));

    /// <summary>What the server's OpenAPI document says of a kind, in this version; null for one that it does not describe. Fetched once.</summary>
    public async Task<ValueSchema?> FindSchemaAsync(GroupVersionKind kind, CancellationToken cancellationToken)
    {
        var document = await sender.Transport.Knowledge.Schemas.GetAsync("v2",
            token => sender.SendAsync(ApiRequest.Get("/openapi/v2"), OpenApiDocument.ReadAsync, token), cancellationToken);
        return document.Find(kind);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
            sender.Transport.Release();
    }

    private async Task<bool> HasFieldValidationAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await GetVersionAsync(cancellationToken)).HasFieldValidation;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return true; // A server that hides its version; one that is too old ignores the parameter.
        }
    }

    private static JsonObject Request(string apiVersion, string kind, JsonObject spec) => new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["spec"] = spec };

    private static JsonObject DeleteBody(DeleteOptions options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = options.Propagation.ToString() };
        if (options.GracePeriodSeconds is { } grace)
            body["gracePeriodSeconds"] = grace;
        var conditions = new JsonObject();
        if (options.Uid is { } uid)
            conditions["uid"] = uid;
        if (options.ResourceVersion is { } version)
            conditions["resourceVersion"] = version;
        if (conditions.Count > 0)
            body["preconditions"] = conditions;
        return body;
    }

    private static KubernetesObject Object(JsonNode? body) =>
        body is JsonObject map ? new(map) : throw new KubernetesException("the server answered with something other than an object", HttpStatusCode.OK, "", []);

    // Some vendors write "20+".
    private static int LeadingNumber(string text) =>
        int.TryParse(string.Concat(text.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
