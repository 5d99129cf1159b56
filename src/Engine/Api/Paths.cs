using Kontrakt.Engine.Api.Discovery;
using Kontrakt.Engine.Api.OpenApi;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api;

/// <summary>What is asked for by a path alone: discovery, schema, health.</summary>
internal sealed class Paths(ObjectStore store)
{
    /// <summary>What is answered to that: no media type may have an @, and kubectl reads no answer of a wrong type.</summary>
    private const string AnsweredProtobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly PerDefinitions<DiscoveryDocuments> discovery = new(store, custom => new(ServedResource.All(custom)));
    private readonly PerDefinitions<ServedOpenApi> openApi = new(store, custom => new(custom));

    /// <exception cref="StatusException">404.</exception>
    public Task AnswerAsync(HttpContext http, RequestInfo info)
    {
        var path = info.Path.Length > 1 ? info.Path.TrimEnd('/') : info.Path;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            throw discovery.Current.Find(path) is null ? Refusals.UnknownPath() : Refusals.MethodNotAllowed();
        var accept = http.Request.Headers.Accept.ToString();
        if (discovery.Current.FindAggregated(path, accept) is { } all)
            return Answer.WriteAsync(http, 200, all.ContentType, all.Body);
        if (discovery.Current.Find(path) is { } document)
            return Answer.WriteAsync(http, 200, Answer.Json, document);
        return path switch
        {
            "/healthz" or "/livez" or "/readyz" => Answer.WriteAsync(http, 200, "text/plain; charset=utf-8", "ok"u8.ToArray()),
            "/openapi/v2" when accept.Contains(ServedOpenApi.ProtobufType, StringComparison.Ordinal) => Answer.WriteAsync(http, 200, AnsweredProtobuf, openApi.Current.Protobuf),
            "/openapi/v2" => Answer.WriteAsync(http, 200, Answer.Json, openApi.Current.Json),
            _ => throw Refusals.UnknownPath(),
        };
    }
}
