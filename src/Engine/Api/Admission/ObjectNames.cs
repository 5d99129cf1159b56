using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Admission;

/// <summary>What objects may be called, kind by kind, and names for those that only say how theirs begins.</summary>
internal static partial class ObjectNames
{
    private const int RandomLength = 5;
    private const int LongestGenerated = 63;

    /// <summary>No vowels, nor what looks like one: no name becomes a word.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
        + " (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string ServiceLabel = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
        + " (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    public static string Generate(string begin) =>
        begin[..Math.Min(begin.Length, LongestGenerated - RandomLength)] + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <exception cref="StatusException">422.</exception>
    public static void Check(ObjectKey key, string field = "metadata.name")
    {
        var faults = Faults(key.Kind, key.Name).ToList();
        if (faults.Count > 0)
            throw StatusException.Invalid(key, [.. faults.Select(fault => (field, "FieldValueInvalid", $"Invalid value: \"{key.Name}\": {fault}"))]);
    }

    private static IEnumerable<string> Faults(ResourceKind kind, string name)
    {
        if (kind == Kinds.Role || kind == Kinds.RoleBinding || kind == Kinds.ClusterRole || kind == Kinds.ClusterRoleBinding)
            return PathSegment(name);
        if (kind == Kinds.Namespace)
            return Pattern(name, 63, LabelName(), Label);
        if (kind == Kinds.Service)
            return Pattern(name, 63, ServiceName(), ServiceLabel);
        return Pattern(name, 253, SubdomainName(), Subdomain);
    }

    private static IEnumerable<string> Pattern(string name, int longest, Regex pattern, string otherwise)
    {
        if (name.Length > longest)
            yield return $"must be no more than {longest} characters";
        if (!pattern.IsMatch(name))
            yield return otherwise;
    }

    private static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..")
            return [$"may not be '{name}'"];
        // Either would lead the path of the object elsewhere.
        return "/%".Where(part => name.Contains(part)).Select(part => $"may not contain '{part}'");
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainName();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex ServiceName();
}
