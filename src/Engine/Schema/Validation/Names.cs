using System.Text.RegularExpressions;

namespace Kontrakt.Engine.Schema;

/// <summary>The forms of names, and what the API says of a text that has another; null for one that is right.</summary>
internal static partial class Names
{
    private const string LabelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string ServiceRule = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string QualifiedRule = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string LabelValueRule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string VariableRule = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
    private const string ConfigKeyRule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static string? Label(string text) => LabelFaults(text).FirstOrDefault();

    public static string? Subdomain(string text) => SubdomainFaults(text).FirstOrDefault();

    public static IEnumerable<string> LabelFaults(string text) => Faults(text, 63, LabelForm(), LabelRule);

    public static IEnumerable<string> SubdomainFaults(string text) => Faults(text, 253, SubdomainForm(), SubdomainRule);

    /// <summary>A label that begins with a letter (RFC 1035).</summary>
    public static string? LetterLabel(string text) => ServiceFaults(text).FirstOrDefault();

    /// <summary>Of the name of a Service.</summary>
    public static IEnumerable<string> ServiceFaults(string text) => Faults(text, 63, ServiceForm(), ServiceRule);

    /// <summary>Of names that are only a part of a path.</summary>
    public static IEnumerable<string> PathSegmentFaults(string text) =>
        text is "." or ".." ? [$"may not be '{text}'"] : "/%".Where(part => text.Contains(part)).Select(part => $"may not contain '{part}'");

    private static IEnumerable<string> Faults(string text, int longest, Regex form, string otherwise)
    {
        if (text.Length > longest)
            yield return $"must be no more than {longest} characters";
        if (!form.IsMatch(text))
            yield return otherwise;
    }

    public static string? LabelValue(string text) => text.Length > 63 ? "must be no more than 63 characters" : LabelValueForm().IsMatch(text) ? null : LabelValueRule;

    /// <summary>[PREFIX/]NAME: of a label, an annotation, a resource.</summary>
    public static string? Qualified(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        if (prefix is "")
            return "prefix part must be non-empty";
        if (prefix is not null && Subdomain(prefix) is { } wrong)
            return "prefix part " + wrong;
        if (name.Length == 0)
            return "name part must be non-empty";
        if (name.Length > 63)
            return "name part must be no more than 63 characters";
        return QualifiedForm().IsMatch(name) ? null : QualifiedRule;
    }

    public static string? Variable(string text) => !VariableForm().IsMatch(text) ? VariableRule : Relative(text);

    public static string? ConfigKey(string text) =>
        text.Length > 253 ? "must be no more than 253 characters" : !ConfigKeyForm().IsMatch(text) ? ConfigKeyRule : Relative(text);

    /// <summary>The name of a port of a container.</summary>
    public static string? Port(string text)
    {
        if (text.Length > 15)
            return "must be no more than 15 characters";
        if (text.AsSpan().ContainsAnyExcept(PortCharacters))
            return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!text.AsSpan().ContainsAnyInRange('a', 'z'))
            return "must contain at least one letter (a-z)";
        if (text.Contains("--", StringComparison.Ordinal))
            return "must not contain consecutive hyphens";
        return text[0] == '-' || text[^1] == '-' ? "must not begin or end with a hyphen" : null;
    }

    private static string? Relative(string text) => text switch
    {
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ when text.StartsWith("..", StringComparison.Ordinal) => "must not start with '..'",
        _ => null,
    };

    private static readonly System.Buffers.SearchValues<char> PortCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelForm();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex ServiceForm();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainForm();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelValueForm();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedForm();

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyForm();
}
