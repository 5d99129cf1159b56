using System.Text;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Warning headers as API servers send them: 299 agent "text" (RFC 9110's predecessor RFC 7234, section 5.5).</summary>
internal static class WarningHeader
{
    public static IReadOnlyList<string> Read(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Warning", out var values) ? [.. values.SelectMany(Parse).Distinct(StringComparer.Ordinal)] : [];

    /// <summary>The texts of one header value, which may hold several warnings.</summary>
    internal static IEnumerable<string> Parse(string value)
    {
        for (var at = 0; at < value.Length;)
        {
            var quote = value.IndexOf('"', at);
            if (quote < 0)
                yield break;
            var text = new StringBuilder();
            at = quote + 1;
            while (at < value.Length && value[at] != '"')
            {
                if (value[at] == '\\' && at + 1 < value.Length)
                    at++;
                text.Append(value[at++]);
            }
            at++;
            if (text.Length > 0)
                yield return text.ToString();
        }
    }
}
