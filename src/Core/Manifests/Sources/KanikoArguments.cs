using System.Text.Json.Nodes;

namespace Kontrakt.Manifests.Sources;

/// <summary>The arguments of a step that runs Kaniko, which has each as --name=value and as --name value.</summary>
internal sealed class KanikoArguments(IReadOnlyList<string> arguments)
{
    /// <summary>The argument that says where an image goes.</summary>
    private static readonly string[] Destinations = ["--destination", "-d"];

    /// <summary>Those behind the program.</summary>
    public static KanikoArguments Of(JsonObject step) => new(Texts(step, "args"));

    public IReadOnlyList<string> All => arguments;

    /// <summary>The last value of an argument by any of its names; null where it is not given.</summary>
    public string? Value(params ReadOnlySpan<string> names) => Places(names) is [.., var (index, prefix)] ? arguments[index][prefix..] : null;

    public IReadOnlyList<string> Values(params ReadOnlySpan<string> names) => [.. Places(names).Select(place => arguments[place.Index][place.Prefix..])];

    public bool Has(string name) => arguments.Any(argument => argument == name || argument.StartsWith(name + "=", StringComparison.Ordinal));

    /// <summary>The same with another value of an argument that is given.</summary>
    private List<string> With(string value, params ReadOnlySpan<string> names)
    {
        var changed = arguments.ToList();
        foreach (var (index, prefix) in Places(names))
            changed[index] = changed[index][..prefix] + value;
        return changed;
    }

    /// <summary>Where an image goes; null where that is not said.</summary>
    public string? Destination => Value(Destinations);

    public IReadOnlyList<string> WithDestination(string destination) => With(destination, Destinations);

    public static IReadOnlyList<string> Texts(JsonObject step, string key) => step[key] is JsonArray list ? [.. list.Select(item => item?.ToString() ?? "")] : [];

    /// <summary>Where the values are: in which argument, and from which character on.</summary>
    private List<(int Index, int Prefix)> Places(ReadOnlySpan<string> names)
    {
        var places = new List<(int, int)>();
        for (var index = 0; index < arguments.Count; index++)
            foreach (var name in names)
                if (arguments[index].StartsWith(name + "=", StringComparison.Ordinal))
                    places.Add((index, name.Length + 1));
                else if (arguments[index] == name && index + 1 < arguments.Count)
                    places.Add((index + 1, 0));
        return places;
    }
}
