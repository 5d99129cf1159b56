using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Client;

/// <summary>One request before it has an identity: what is asked, and whether asking twice does harm.</summary>
/// <param name="Path">The escaped path from the API's root, such as /api/v1/pods.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];
    public JsonNode? Body { get; init; }
    public string ContentType { get; init; } = "application/json";
    public string Accept { get; init; } = "application/json";
    /// <summary>May be sent again when an earlier attempt may already have taken effect.</summary>
    public bool Repeatable { get; init; } = true;
    /// <summary>May wait for its answer as long as it takes: between a followed log and us are servers that may hold back headers until there is a line.</summary>
    public bool Patient { get; init; }
    /// <summary>What asks for another protocol over the same connection, as in the handshake of a WebSocket; null for a plain request.</summary>
    public HttpRequestHeaders? Upgrade { get; init; }
    /// <summary>Called when the request is sent again after an attempt that may have taken effect.</summary>
    public Action? OnRepeat { get; init; }

    public static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>The same with a parameter more; none for null.</summary>
    public ApiRequest With(string name, string? value) => value is null ? this : this with { Query = [.. Query, (name, value)] };

    public ApiRequest With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public ApiRequest With(string name, bool value) => value ? With(name, "true") : this;

    public string PathAndQuery
    {
        get
        {
            if (Query.Count == 0)
                return Path;
            var text = new StringBuilder(Path);
            foreach (var (name, value) in Query)
                text.Append(text.Length == Path.Length && !Path.Contains('?', StringComparison.Ordinal) ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            return text.ToString();
        }
    }

    /// <summary>Method and path, for messages; without the query, which may be a command with secrets in its arguments.</summary>
    public override string ToString() => $"{Method} {Path.Split('?')[0]}";
}
