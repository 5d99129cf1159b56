using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Turns refusals into exceptions: an HTTP answer, or a Status inside a watch.</summary>
internal static class StatusError
{
    private const int ShownText = 300;
    private const int LongestBody = 1 << 20;

    public static async Task<KubernetesException> ReadAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(response.Content, cancellationToken);
        var retryAfter = RetryAfter(response);
        if (ParseStatus(text) is { } status)
            return From(status, response.StatusCode, retryAfter);
        var shown = text.Trim();
        if (shown.Length > ShownText)
            shown = shown[..ShownText] + "…";
        var location = response.Headers.Location is { } target ? $" (redirects to {target.GetLeftPart(UriPartial.Path)}; is the server's URL right?)" : "";
        return new($"{request}: HTTP {(int)response.StatusCode} {response.ReasonPhrase}{location}{(shown.Length > 0 ? ": " + shown : "")}",
            response.StatusCode, "", [], retryAfter);
    }

    /// <summary>The exception for a Status object (apimachinery's meta/v1 Status).</summary>
    public static KubernetesException From(JsonObject status, HttpStatusCode otherwise, TimeSpan? retryAfter = null)
    {
        var seen = new KubernetesObject(status);
        var code = KubernetesObject.Number(seen.At("code"));
        var causes = seen.Items("details", "causes")
            .Select(cause => new KubernetesObject(cause))
            .Select(cause => new StatusCause(cause.Text("reason"), cause.Text("field"), cause.Text("message")));
        var seconds = KubernetesObject.Number(seen.At("details", "retryAfterSeconds"));
        var next = seen.Text("metadata", "continue");
        var message = seen.Text("message");
        if (ServerFieldErrors.IsSchemaMismatch(message))
            return SchemaMismatch(message);
        return new(message.Length > 0 ? message : $"HTTP {(int)otherwise} {seen.Text("reason")}", code is >= 100 and < 1000 ? (HttpStatusCode)code : otherwise,
            seen.Text("reason"), [.. causes], retryAfter ?? (seconds > 0 ? TimeSpan.FromSeconds(seconds) : null))
        { Continue = next.Length > 0 ? next : null };
    }

    // These come as a 500 without reason or causes, which would look like a failing server.
    private static KubernetesException SchemaMismatch(string message) => new(message, HttpStatusCode.UnprocessableEntity, "Invalid",
        [.. ServerFieldErrors.UnknownPaths(message).Select(path => new StatusCause("FieldValueNotSupported", path.TrimStart('.'), "field not declared in schema"))]);

    private static JsonObject? ParseStatus(string text)
    {
        try
        {
            return ApiJson.Parse(text) is JsonObject status && (string?)status["kind"] == "Status" ? status : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // A proxy's page, or plain text: shown as it is.
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when response.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    private static async Task<string> ReadTextAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while (buffer.Length < LongestBody && (read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
            buffer.Write(chunk, 0, read);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
