using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>One line of a watch: ADDED, MODIFIED, DELETED or BOOKMARK.</summary>
internal sealed record WatchLine(string Type, KubernetesObject Object);

/// <summary>One watch request: its lines until it ends, for whatever reason.</summary>
internal sealed class WatchStream : IDisposable
{
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(30);
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;
    private readonly CancellationTokenSource deadline;

    private WatchStream(HttpResponseMessage response, StreamReader reader, CancellationTokenSource deadline) =>
        (this.response, this.reader, this.deadline) = (response, reader, deadline);

    /// <summary>The server said that it no longer knows the version we watch from, or something else that only a new list fixes.</summary>
    public bool IsExpired { get; private set; }

    public static async Task<WatchStream> OpenAsync(RequestSender sender, ApiResource resource, ListOptions options, string resourceVersion, CancellationToken cancellationToken)
    {
        // The server ends the watch after this time; one that does not is treated as dead. Spread, so that many watches do not all return at once.
        var seconds = Random.Shared.Next(240, 360);
        var request = ApiRequest.Get(ApiPaths.Collection(resource, options.Namespace))
            .With("watch", true)
            .With("allowWatchBookmarks", true)
            .With("timeoutSeconds", seconds.ToString(CultureInfo.InvariantCulture))
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("resourceVersion", resourceVersion.Length > 0 ? resourceVersion : null);
        var response = await sender.OpenAsync(request, cancellationToken);
        var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + Overdue, sender.Options.Time);
        return new(response, new(await response.Content.ReadAsStreamAsync(cancellationToken)), deadline);
    }

    /// <summary>The next line; null when the watch has ended: by its time, by a lost connection or by an ERROR line.</summary>
    /// <exception cref="KubernetesException">An ERROR line that says we may not watch.</exception>
    public async Task<WatchLine?> NextAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await reader.ReadLineAsync(either.Token) is { } text ? Parse(text) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException)
        {
            return null; // Lost, or cut within a line: what the line would have said comes again after resuming.
        }
    }

    private WatchLine? Parse(string text)
    {
        if (ApiJson.Parse(text) is not JsonObject line || line["object"] is not JsonObject body || line["type"] is not JsonValue type)
            return null;
        line.Remove("object");
        if (type.ToString() != "ERROR")
            return new(type.ToString(), new(body));
        var error = StatusError.From(body, HttpStatusCode.InternalServerError);
        if (error.Code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            throw error;
        IsExpired = true;
        return null;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
        deadline.Dispose();
    }
}
