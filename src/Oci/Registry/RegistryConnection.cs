using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Kontrakt.Oci.Registry;

/// <summary>One registry: by which scheme it is reached, its authentication, redirects and retries.</summary>
internal sealed class RegistryConnection(string registry, RegistryOptions options, RegistryHttp http, DockerCredentials credentials) : IDisposable
{
    public const string DockerHub = "docker.io";
    public const string DockerHubHost = "registry-1.docker.io";

    private const int RedirectLimit = 5;
    private static readonly TimeSpan FirstContactBudget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private readonly RegistryAuthorization authenticator = new(registry, options, credentials, http);
    private readonly SemaphoreSlim probe = new(1, 1);
    private readonly string host = registry == DockerHub ? DockerHubHost : registry;
    private volatile Uri? root;
    private volatile bool reached;

    public string Registry => registry;

    public void Dispose()
    {
        authenticator.Dispose();
        probe.Dispose();
    }

    /// <summary>Sends until there is an answer that is not transient, reads it, and gives what was read.</summary>
    /// <param name="read">Reads the answer whatever its status; a connection lost on the way has all of it repeated.</param>
    public async Task<T> SendAsync<T>(RegistryRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var retry = new Retry(options);
        while (true)
        {
            try
            {
                using var response = await SendAsync(request, retry, cancellationToken);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(options.AnswerTimeout);
                return await read(response, limit.Token);
            }
            catch (Exception lost) when (IsLost(lost, cancellationToken))
            {
                await AgainAsync(retry, request.Doing, lost, cancellationToken);
            }
        }
    }

    /// <summary>Sends until there is an answer that is not transient. The caller disposes it.</summary>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, Retry retry, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var response = await SendOnceAsync(request, cancellationToken);
                if (!Retry.IsTransient(response.StatusCode))
                    return response;
                using (response)
                    await AgainAsync(retry, request.Doing, response, cancellationToken);
            }
            catch (Exception lost) when (IsLost(lost, cancellationToken))
            {
                await AgainAsync(retry, request.Doing, lost, cancellationToken);
            }
        }
    }

    /// <summary>One try: with authentication where the registry wants it, and through its redirects. Any status is an answer.</summary>
    public async Task<HttpResponseMessage> SendOnceAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var target = Resolve(await RootAsync(cancellationToken), request.Target);
        CheckTransport(target, request.Doing);
        var header = await authenticator.HeaderAsync(request.Scope, cancellationToken);
        var response = await FollowAsync(request, target, header, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !IsOwn(response.RequestMessage?.RequestUri))
            return response;
        if (!authenticator.Learn(response, request.Scope, header))
            return response;
        var better = await authenticator.HeaderAsync(request.Scope, cancellationToken);
        if (better is null || better.Equals(header))
            return response;
        response.Dispose();
        return await FollowAsync(request, target, better, cancellationToken);
    }

    /// <summary>Waits for the next try, or throws what the answer means when there is none.</summary>
    public async Task AgainAsync(Retry retry, string doing, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var why = $"{registry} answered {(int)response.StatusCode} when {doing}";
        if (!await retry.AgainAsync(why, Retry.RetryAfter(response, options.Time), null, cancellationToken))
            throw await FailureAsync(doing, response, cancellationToken);
    }

    /// <summary>Waits for the next try, or throws what the lost connection means when there is none.</summary>
    public async Task AgainAsync(Retry retry, string doing, Exception lost, CancellationToken cancellationToken)
    {
        var limit = reached ? (TimeSpan?)null : NamesNothing(lost) ? TimeSpan.Zero : FirstContactBudget;
        if (!await retry.AgainAsync($"{doing} failed: {RegistryErrors.Why(registry, lost)}", null, limit, cancellationToken))
            throw RegistryErrors.From(registry, doing, lost);
    }

    public Task<RegistryException> FailureAsync(string doing, HttpResponseMessage response, CancellationToken cancellationToken) =>
        RegistryErrors.FromAsync(registry, doing, response, authenticator.Hint, authenticator.Scrub, cancellationToken);

    /// <summary>Also true for the limit on an answer, which shows as a cancellation that nobody asked for.</summary>
    public static bool IsLost(Exception exception, CancellationToken cancellationToken) =>
        Retry.IsTransient(exception) || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static bool NamesNothing(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError, InnerException: SocketException { SocketErrorCode: not SocketError.TryAgain } };

    private async Task<HttpResponseMessage> FollowAsync(RegistryRequest request, Uri target, AuthenticationHeaderValue? header, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            // A redirect, mostly to a storage service with a signed URL, must never see the registry's credentials.
            var response = await SendToAsync(request, target, IsOwn(target) ? header : null, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;
            using (response)
            {
                var next = new Uri(target, location);
                if (redirects == RedirectLimit)
                    throw RegistryErrors.Corrupt(registry, $"{registry} redirected {request.Doing} more than {RedirectLimit} times");
                CheckTransport(next, request.Doing);
                target = next;
            }
        }
    }

    private void CheckTransport(Uri target, string doing)
    {
        if (target.Scheme != "https" && !(target.Scheme == "http" && http.MayBePlain(target)))
            throw RegistryErrors.Corrupt(registry, $"{registry} sends {doing} on to {target.Scheme}://{target.Authority}, where it does not go without TLS");
    }

    private async Task<HttpResponseMessage> SendToAsync(RegistryRequest request, Uri target, AuthenticationHeaderValue? header, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeout);
        using var message = new HttpRequestMessage(request.Method, target) { Content = request.Content?.Invoke(() => limit.CancelAfter(options.AnswerTimeout)) };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        message.Headers.Authorization = header;
        try
        {
            var response = await http.For(target).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            reached = true;
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(limit.IsCancellationRequested ? $"no answer within {options.AnswerTimeout.TotalSeconds:0} s" : "no connection in time");
        }
    }

    /// <summary>Relative places belong to the registry; one that it names with http because it does not know about the TLS in front of it, too.</summary>
    private static Uri Resolve(Uri root, string target)
    {
        var resolved = new Uri(root, target);
        return resolved.Scheme == "http" && root.Scheme == "https" && resolved.Host == root.Host
            ? new UriBuilder(resolved) { Scheme = "https", Port = root.Port }.Uri
            : resolved;
    }

    private bool IsOwn(Uri? uri) => uri is not null && root is { } own && uri.Scheme == own.Scheme && uri.Authority.Equals(own.Authority, StringComparison.OrdinalIgnoreCase);

    /// <summary>https://host, or http://host where that is allowed and HTTPS does not work; found out once.</summary>
    private async Task<Uri> RootAsync(CancellationToken cancellationToken)
    {
        if (root is { } known)
            return known;
        if (!http.MayBePlain(registry))
            return root = new($"https://{host}/");
        await probe.WaitAsync(cancellationToken);
        try
        {
            return root ??= await ProbeAsync(cancellationToken);
        }
        finally
        {
            probe.Release();
        }
    }

    private async Task<Uri> ProbeAsync(CancellationToken cancellationToken)
    {
        var secure = new Uri($"https://{host}/");
        try
        {
            await PingAsync(secure, cancellationToken);
            return secure;
        }
        catch (Exception failed) when (IsLost(failed, cancellationToken))
        {
            // Whatever HTTPS failed of, plain HTTP decides: its own failure is the one reported.
            var plain = new Uri($"http://{host}/");
            await PingAsync(plain, cancellationToken);
            return plain;
        }
    }

    /// <summary>Any answer will do; a 401 already tells how to log in.</summary>
    private async Task PingAsync(Uri root, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeLimit < options.AnswerTimeout ? ProbeLimit : options.AnswerTimeout);
        try
        {
            using var response = await http.For(root).GetAsync(new Uri(root, "/v2/"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            reached = true;
            if (root.Scheme == "http" && (int)response.StatusCode is >= 300 and < 400)
                throw new HttpRequestException("it redirects plain HTTP, and HTTPS does not work");
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                authenticator.Learn(response, "", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("no answer to GET /v2/");
        }
    }
}

/// <summary>One request, which may have to be sent several times.</summary>
/// <param name="Target">A path ("/v2/…"), or where the registry pointed to (Location, Link).</param>
/// <param name="Scope">What a token has to allow.</param>
/// <param name="Doing">What it is for, as in "… failed": "reading the manifest of a/b:c".</param>
internal sealed record RegistryRequest(HttpMethod Method, string Target, string Scope, string Doing)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Makes the body; is given what to call whenever a part of it was taken.</summary>
    public Func<Action, HttpContent>? Content { get; init; }
}
