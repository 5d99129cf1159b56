using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Registry;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Api;

/// <summary>The Kubernetes API, as one request delegate: who asks, may they, and then what they ask for. Nothing is answered to nobody.</summary>
public sealed class ApiServer(ApiParts parts)
{
    private readonly ResourceRouter resources = new(parts);
    private readonly Paths paths = new(parts.Objects.Store);

    /// <summary>What the API needs of the server that it runs in.</summary>
    public static void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        // Selectors may be long.
        options.Limits.MaxRequestLineSize = 64 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        // A watch takes a stream for as long as it lasts.
        options.Limits.Http2.MaxStreamsPerConnection = 1000;
    }

    /// <summary>Answers all that comes through <paramref name="app"/>.</summary>
    public void Map(IApplicationBuilder app)
    {
        app.UseWebSockets();
        app.Run(HandleAsync);
    }

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            // Of this request: the server may have others, such as an image that is pushed.
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = RequestBody.Limit;
            await AnswerAsync(http);
        }
        catch (StatusException refused)
        {
            await RefuseAsync(http, refused);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException broken)
        {
            var reason = broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? "RequestEntityTooLarge" : "BadRequest";
            var message = broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"Request entity too large: limit is {RequestBody.Limit}" : broken.Message;
            await RefuseAsync(http, new(broken.StatusCode, reason, message));
        }
        catch (Exception gone) when (ClientReset.Is(gone))
        {
            if (parts.Logger.IsEnabled(LogLevel.Information))
                parts.Logger.LogInformation("{Method} {Path}: the client closed the connection before its request was whole", http.Request.Method, http.Request.Path);
            // Else Kestrel reads what is left of the request, and logs that it cannot.
            http.Abort();
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            // Nobody is left to be answered.
        }
        catch (Exception bug)
        {
            parts.Logger.LogError(bug, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await RefuseAsync(http, new(500, "InternalError", $"Internal error occurred: {bug.Message}"));
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var info = RequestInfo.Parse(http.Request.Method, http.Request.Path.Value ?? "/", new QueryText(http.Request.Query).Flag("watch")) ?? throw Refusals.UnknownPath();
        var user = Impersonation.Apply(parts.Authorizer, http.Request.Headers, Authenticate(http.Request));
        info = resources.Narrow(info, http.Request.Query);
        parts.Authorizer.Require(user, info.ToAccess());
        if (info.IsResource)
            await resources.AnswerAsync(http, info, user);
        else
            await paths.AnswerAsync(http, info);
    }

    private UserInfo Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        const string scheme = "Bearer ";
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && parts.Authenticator.Authenticate(header[scheme.Length..].Trim()) is { } user
            ? user
            : throw new StatusException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>The Status; where an answer has begun already, it is cut off, so that nobody takes it for whole.</summary>
    private static async Task RefuseAsync(HttpContext http, StatusException status)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        try
        {
            http.Response.ContentLength = null;
            if (status.Details?["retryAfterSeconds"] is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString();
            await Answer.WriteAsync(http, status);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client did not wait for it.
        }
    }
}
