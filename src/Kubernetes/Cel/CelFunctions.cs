using System.Collections.Frozen;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Everything that can be called: CEL's standard definitions, and of Kubernetes' libraries what is about strings, lists, sets and quantities.</summary>
internal static class CelFunctions
{
    private static readonly FrozenDictionary<string, CelFunction[]> Known = new[] { CelOperators.All, CelTexts.All, CelConversions.All, CelTimes.All, CelLists.All, CelQuantities.All }
        .SelectMany(functions => functions).GroupBy(function => function.Name).ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    public static bool Has(string name) => Known.ContainsKey(name);

    /// <summary>Every form of a function; empty when there is none.</summary>
    public static CelFunction[] Of(string name) => Known.GetValueOrDefault(name, []);

    /// <summary>The names that are called, operators left out.</summary>
    public static IEnumerable<string> Names => Known.Keys.Where(name => char.IsAsciiLetter(name[^1]) && name is not ("in" or "-x"));
}
