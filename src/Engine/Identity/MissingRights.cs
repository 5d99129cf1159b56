namespace Kontrakt.Engine.Identity;

/// <summary>
/// What of some rules is not covered by others, right by right: a rule stands for each of its verbs on each of its resources, and each of
/// these has to be covered by one rule. Comparing has a limit, since a role may stand for billions of rights.
/// </summary>
internal sealed class MissingRights(IReadOnlyList<PolicyRule> held)
{
    private const long MostSteps = 5_000_000;
    private const int MostNamed = 200;

    private long steps;

    /// <summary>Rules that were compared as far as the limit allowed; what was not compared counts as missing.</summary>
    public bool TooMany { get; private set; }

    public IReadOnlyList<PolicyRule> Of(IEnumerable<PolicyRule> asked)
    {
        var missing = new List<PolicyRule>();
        foreach (var rule in asked.Where(rule => !IsCovered(rule)))
            foreach (var right in Rights(rule))
            {
                if (missing.Count >= MostNamed || steps > MostSteps)
                {
                    TooMany = true;
                    return Compact(missing);
                }
                if (!IsCovered(right))
                    missing.Add(right);
            }
        return Compact(missing);
    }

    private bool IsCovered(PolicyRule rule) => held.Any(own =>
    {
        steps += 1 + own.Size;
        return own.Covers(rule);
    });

    private static IEnumerable<PolicyRule> Rights(PolicyRule rule)
    {
        foreach (var group in rule.ApiGroups)
            foreach (var resource in rule.Resources)
                foreach (var verb in rule.Verbs)
                    foreach (var name in rule.ResourceNames.Count == 0 ? [null] : rule.ResourceNames.Cast<string?>())
                        yield return new() { ApiGroups = [group], Resources = [resource], Verbs = [verb], ResourceNames = name is null ? [] : [name] };
        foreach (var path in rule.NonResourceUrls)
            foreach (var verb in rule.Verbs)
                yield return new() { NonResourceUrls = [path], Verbs = [verb] };
    }

    /// <summary>The verbs on one resource in one rule.</summary>
    private static IReadOnlyList<PolicyRule> Compact(IReadOnlyList<PolicyRule> rights) =>
    [
        .. rights.Where(right => right.NonResourceUrls.Count == 0)
            .GroupBy(right => (right.ApiGroups[0], right.Resources[0], right.ResourceNames.Count == 0 ? null : right.ResourceNames[0]))
            .Select(same => same.First() with { Verbs = [.. same.Select(right => right.Verbs[0])] }),
        .. rights.Where(right => right.NonResourceUrls.Count > 0),
    ];
}
