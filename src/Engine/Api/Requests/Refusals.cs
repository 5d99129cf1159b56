using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>Refusals of requests, before anybody looks at what they ask for.</summary>
internal static class Refusals
{
    public static StatusException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static StatusException UnknownPath() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static StatusException Unsupported(params ReadOnlySpan<string> types) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", types)}");
}
