using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// Takes the values of Secrets out of everything that is written or reported. A value is looked for as it is, in base64, escaped as in a URL
/// and as in JSON; a value of several lines line by line; the texts inside of a JSON value (a docker config) one by one.
/// Values shorter than <see cref="ShortestValue"/> would take ordinary words out of every log and are left.
/// </summary>
public sealed class Redactor
{
    public const string Mask = "***";

    public const int ShortestValue = 4;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "null", "none" };
    private readonly string[] _values;
    private readonly SearchValues<string> _search;

    private Redactor(IEnumerable<string> values)
    {
        _values = [.. values.Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
        _search = SearchValues.Create(_values, StringComparison.Ordinal);
    }

    public static Redactor None { get; } = new([]);

    /// <summary>The length of the longest value: a text cut anywhere may hold all but one character of it at its end.</summary>
    public int LongestValue => _values.Length == 0 ? 0 : _values[0].Length;

    /// <param name="secrets">Secret objects: of the cluster (data) and of manifests (data, stringData).</param>
    /// <param name="tokens">Further secret texts.</param>
    /// <param name="known">Texts that are no secret though a Secret may hold them, such as the namespace's name.</param>
    public static Redactor For(IEnumerable<KubernetesObject> secrets, IEnumerable<string> tokens, params IReadOnlyCollection<string> known)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            // Beside its token, an account's secret holds the cluster's public certificate and the namespace.
            var only = secret.Text("type") == "kubernetes.io/service-account-token" ? "token" : null;
            foreach (var (key, value) in secret.At("data") as JsonObject ?? [])
                AddEncoded(values, value?.ToString(), only is null || key == only);
            foreach (var (key, value) in secret.At("stringData") as JsonObject ?? [])
                AddText(values, value?.ToString(), only is null || key == only);
        }
        foreach (var token in tokens)
            AddText(values, token, add: true);
        return new(values.Where(value => value.Length >= ShortestValue && !Words.Contains(value) && !known.Contains(value)));
    }

    public string Redact(string text)
    {
        var at = text.AsSpan().IndexOfAny(_search);
        if (at < 0)
            return text;
        var result = new StringBuilder(text.Length);
        var done = 0;
        while (at >= 0)
        {
            result.Append(text, done, at - done).Append(Mask);
            done = EndOfMatch(text, at);
            var next = text.AsSpan(done).IndexOfAny(_search);
            at = next < 0 ? -1 : done + next;
        }
        return result.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>Where the secret text that begins at <paramref name="start"/> ends, together with every one that overlaps it.</summary>
    private int EndOfMatch(string text, int start)
    {
        var end = start + LongestAt(text, start);
        for (var at = start + 1; at < end; at++)
            end = Math.Max(end, at + LongestAt(text, at));
        return end;
    }

    private int LongestAt(string text, int at) =>
        _values.FirstOrDefault(value => text.AsSpan(at).StartsWith(value, StringComparison.Ordinal))?.Length ?? 0;

    private static void AddEncoded(HashSet<string> values, string? base64, bool add)
    {
        if (!add || string.IsNullOrEmpty(base64))
            return;
        values.Add(base64.TrimEnd('='));
        var bytes = new byte[base64.Length];
        if (Convert.TryFromBase64String(base64, bytes, out var length) && Text(bytes.AsSpan(0, length)) is { } text)
            AddText(values, text, add);
    }

    private static void AddText(HashSet<string> values, string? text, bool add)
    {
        if (!add || string.IsNullOrEmpty(text))
            return;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Append(text.Trim()).Where(line => line.Length >= ShortestValue))
        {
            if (line.Contains('\n'))
                continue;
            values.Add(line);
            values.Add(Base64(line));
            values.Add(Uri.EscapeDataString(line));
            values.Add(JsonEncodedText.Encode(line, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        }
        values.Add(Base64(text));
        if (text.AsSpan().TrimStart() is ['{', ..])
            AddJson(values, text);
    }

    private static void AddJson(HashSet<string> values, string text)
    {
        try
        {
            foreach (var leaf in Leaves(JsonNode.Parse(text)))
                values.Add(leaf);
        }
        catch (JsonException)
        {
            // It only looked like JSON; its lines are known already.
        }
    }

    private static IEnumerable<string> Leaves(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Leaves(pair.Value)),
        JsonArray list => list.SelectMany(Leaves),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.ToString()],
        _ => [],
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    /// <summary>The bytes as text; null where they are none.</summary>
    private static string? Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    public override string ToString() => $"{_values.Length} values";
}
