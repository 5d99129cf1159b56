using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>Turns answers and lost connections into one sentence each (OCI distribution-spec, "Error Codes").</summary>
internal static class RegistryErrors
{
    private const int BodyLimit = 64 * 1024;
    private const int MessageLimit = 500;

    /// <param name="doing">What was asked: "reading the manifest of a/b:c".</param>
    /// <param name="hint">What to add, where the registry denied.</param>
    /// <param name="clean">Takes secrets out of what the registry says.</param>
    public static async Task<RegistryException> FromAsync(string registry, string doing, HttpResponseMessage response, string? hint, Func<string, string> clean, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        var fault = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RegistryFault.Denied,
            HttpStatusCode.NotFound => RegistryFault.NotFound,
            HttpStatusCode.TooManyRequests => RegistryFault.Rejected,
            _ when (int)status >= 500 => RegistryFault.Unreachable,
            _ when (int)status >= 400 => RegistryFault.Rejected,
            _ => RegistryFault.Corrupt,
        };
        var said = await SaidAsync(response, cancellationToken);
        var end = fault == RegistryFault.Denied && hint is not null ? $" ({hint})" : "";
        return new(fault, registry, $"{registry} answered {(int)status} {Clean(response.ReasonPhrase ?? "")} when {doing}{clean(said)}{end}", status);
    }

    public static RegistryException From(string registry, string doing, Exception exception) =>
        new(RegistryFault.Unreachable, registry, $"{doing} failed: {Why(registry, exception)}", inner: exception);

    public static RegistryException Corrupt(string registry, string what) => new(RegistryFault.Corrupt, registry, what);

    /// <summary>What a connection failed of, for the end of a sentence.</summary>
    public static string Why(string registry, Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is AuthenticationException)
                return $"no TLS connection with {registry}: {e.Message.TrimEnd('.')}; it may speak plain HTTP, or its certificate may not be trusted here";
            if (e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData })
                return $"the host name of {registry} is not known";
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                return $"{registry} refuses connections";
            if (e is SocketException or TimeoutException)
                return $"{registry}: {e.Message.TrimEnd('.')}";
        }
        return exception is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
            ? $"{registry} closed the connection"
            // .NET names a proxy that refuses by its whole URL.
            : $"{registry}: {AddressUser.Hide((exception.InnerException ?? exception).Message.TrimEnd('.'))}";
    }

    /// <summary>": CODE: message" of the body, or what kind of body it is; empty where there is none.</summary>
    public static async Task<string> SaidAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            body = await ReadAsync(response, BodyLimit, cancellationToken) ?? [];
        }
        catch (Exception lost) when (Retry.IsTransient(lost))
        {
            // The status is known and is what matters; the reason got lost with the connection.
            return "";
        }
        var said = Messages(body);
        if (said.Length > MessageLimit)
            said = said[..MessageLimit] + "…";
        return said.Length > 0 ? ": " + said
            : response.Content.Headers.ContentType?.MediaType == "text/html" ? " with an HTML page; is it a registry?"
            : "";
    }

    /// <summary>The whole body; null when it is longer than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > limit)
                return null;
        }
        return body.ToArray();
    }

    private static string Messages(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return "";
            if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
                return string.Join("; ", errors.EnumerateArray().Select(Message).Where(message => message.Length > 0).Distinct());
            return Clean(Member(root, "details") ?? Member(root, "message") ?? Member(root, "error_description") ?? Member(root, "error") ?? "");
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string Message(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return "";
        var parts = new[] { Member(error, "code"), Member(error, "message") }.Where(part => !string.IsNullOrEmpty(part));
        return Clean(string.Join(": ", parts));
    }

    private static string? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>One line: a registry's text must not forge lines of a log.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            clean.Append(char.IsControl(c) ? ' ' : c);
        return clean.ToString().Trim();
    }
}
