using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Diagnostics;

/// <summary>
/// Takes the values of Secrets out of everything that is written or reported. A value is looked for in every form that programs are likely to print
/// (<see cref="SecretForms"/>); a value of several lines line by line, too; the secrets inside of it alone (<see cref="SecretParts"/>); and beside an
/// ellipsis what a cut has left of it (<see cref="SecretPieces"/>).
/// Values shorter than <see cref="ShortestValue"/> would take ordinary words out of every log and are left.
/// </summary>
public sealed class Redactor
{
    public const string Mask = "***";

    public const int ShortestValue = 4;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "null", "none" };
    private readonly string[] _values;
    private readonly SearchValues<string> _search;
    private readonly SecretPieces _pieces;
    private readonly Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> _byBeginning;

    private Redactor(IEnumerable<string> values)
    {
        _values = [.. values.Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
        _search = SearchValues.Create(_values, StringComparison.Ordinal);
        _pieces = new(_values);
        _byBeginning = _values.GroupBy(value => value[..ShortestValue], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static Redactor None { get; } = new([]);

    /// <summary>The length of the longest value: a text cut anywhere may hold all except one character of it at its end.</summary>
    public int LongestValue => _values.Length == 0 ? 0 : _values[0].Length;

    /// <param name="secrets">Secret objects: of the cluster (data) and of manifests (data, stringData).</param>
    /// <param name="tokens">Further secret texts.</param>
    /// <param name="known">Texts that are not secret though a Secret may hold them, such as the namespace's name.</param>
    public static Redactor For(IEnumerable<KubernetesObject> secrets, IEnumerable<string> tokens, params IReadOnlyCollection<string> known)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            // Beside its token, an account's secret holds the cluster's public certificate and the namespace.
            var only = secret.Text("type") == "kubernetes.io/service-account-token" ? "token" : null;
            foreach (var (_, value) in Pairs(secret, "data", only))
                values.UnionWith(OfData(value?.ToString(), IsSecret));
            foreach (var (_, value) in Pairs(secret, "stringData", only))
                values.UnionWith(OfText(value?.ToString(), IsSecret));
        }
        foreach (var token in tokens)
            values.UnionWith(OfText(token, IsSecret));
        return new(values.Where(value => value.Length >= ShortestValue && IsSecret(value)));

        bool IsSecret(string text) => text.Length > 0 && !Words.Contains(text) && !known.Contains(text);
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Pairs(KubernetesObject secret, string field, string? only) =>
        (secret.At(field) as JsonObject ?? []).Where(pair => only is null || pair.Key == only);

    public string Redact(string text)
    {
        List<(int Begin, int End)> found = _pieces.Find(text);
        for (var at = text.AsSpan().IndexOfAny(_search); at >= 0;)
        {
            var end = EndOfMatch(text, at);
            found.Add((at, end));
            var next = text.AsSpan(end).IndexOfAny(_search);
            at = next < 0 ? -1 : end + next;
        }
        if (found.Count == 0)
            return text;
        found.Sort();
        var result = new StringBuilder(text.Length);
        var done = 0;
        for (var i = 0; i < found.Count; i++)
        {
            var (begin, end) = found[i];
            while (i + 1 < found.Count && found[i + 1].Begin < end)
                end = Math.Max(end, found[++i].End);
            result.Append(text, done, begin - done).Append(Mask);
            done = end;
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

    private int LongestAt(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.Length < ShortestValue || !_byBeginning.TryGetValue(rest[..ShortestValue], out var values))
            return 0;
        foreach (var value in values)
        {
            if (rest.StartsWith(value, StringComparison.Ordinal))
                return value.Length;
        }
        return 0;
    }

    private static IEnumerable<string> OfData(string? base64, Func<string, bool> secret)
    {
        if (string.IsNullOrEmpty(base64))
            return [];
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return [base64];
        return Text(bytes.AsSpan(0, length)) is { } text ? OfText(text, secret) : [base64.TrimEnd('='), .. SecretForms.OfBytes(bytes[..length])];
    }

    private static IEnumerable<string> OfText(string? text, Func<string, bool> secret) =>
        text is null || !secret(text.Trim()) ? [] : SecretForms.Of(text, ShortestValue).Concat(SecretParts.Of(text).Where(secret).SelectMany(part => SecretForms.Of(part, ShortestValue)));

    /// <summary>The bytes as text; null where they are not text.</summary>
    private static string? Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    public override string ToString() => $"{_values.Length} values";
}
