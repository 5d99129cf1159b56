using System.Globalization;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>Reads numbers.table, at first use; its first lines say how it is written.</summary>
internal static class FieldNumbers
{
    private static readonly Lazy<Dictionary<string, FieldNumber[]>> Read = new(Load);

    /// <param name="message">io.k8s.api.core.v1.Pod</param>
    /// <returns>Nothing for a message that the table does not have.</returns>
    public static IReadOnlyList<FieldNumber> Of(string message) => Read.Value.GetValueOrDefault(message) ?? [];

    private static Dictionary<string, FieldNumber[]> Load()
    {
        const string name = "numbers.table";
        var messages = new Dictionary<string, FieldNumber[]>(StringComparer.Ordinal);
        var package = "";
        using var text = new StreamReader(typeof(FieldNumbers).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"this assembly was built without {name}"));
        while (text.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var words = line.Split(' ');
            if (words[0] == "package")
                package = words[1] + ".";
            else
                messages.Add(package + words[0], [.. words[1..].Select(word => Field(word, package))]);
        }
        return messages;
    }

    private static FieldNumber Field(string word, string package)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var number = word[(equals + 1)..];
        var slash = number.IndexOf('/', StringComparison.Ordinal);
        var wrapsLists = number[^1] == ']';
        var digits = slash >= 0 ? number[..slash] : wrapsLists ? number[..^2] : number;
        return new(word[..equals], int.Parse(digits, CultureInfo.InvariantCulture), slash < 0 ? null : package + number[(slash + 1)..], wrapsLists);
    }
}

/// <param name="Embedded">The message whose fields JSON has in the object around it; null for other fields.</param>
/// <param name="WrapsLists">Each list in the field is a message, with the list as its field 1.</param>
internal readonly record struct FieldNumber(string Name, int Number, string? Embedded, bool WrapsLists);
