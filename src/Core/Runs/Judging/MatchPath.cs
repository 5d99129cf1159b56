namespace Kontrakt.Runs;

/// <summary>Where a comparison is, in the expected object. The root is null; a list only once there is something to say.</summary>
internal sealed record MatchPath(MatchPath? Parent, object Step)
{
    public static IReadOnlyList<object> Steps(MatchPath? path)
    {
        var steps = new List<object>();
        for (; path is not null; path = path.Parent)
            steps.Add(path.Step);
        steps.Reverse();
        return steps;
    }
}
