namespace Kontrakt.Context.Ignoring;

/// <summary>
/// Patterns in their order: the last one that matches a path, or a folder above it, decides. What matched a folder is handed down to what is in it.
/// </summary>
internal sealed class IgnoreRules(IReadOnlyList<IgnorePattern> patterns)
{
    private readonly bool _takesBackIn = patterns.Any(pattern => pattern.TakesBackIn);

    public bool IsEmpty => patterns.Count == 0;

    /// <summary>Whether a path is left out.</summary>
    /// <param name="above">What this gave for the folder that the path is in; null at the top.</param>
    /// <param name="matched">To be handed to what is below the path.</param>
    public bool LeavesOut(string path, bool[]? above, out bool[] matched)
    {
        var leftOut = false;
        matched = new bool[patterns.Count];
        for (var each = 0; each < patterns.Count; each++)
        {
            var pattern = patterns[each];
            // Asked only where it can change the answer, as Docker does: what a folder's pattern did not have to be asked for, is not handed down.
            if (above is null || !above[each])
            {
                if (pattern.TakesBackIn != leftOut || !pattern.Matches(path))
                    continue;
            }
            matched[each] = true;
            leftOut = !pattern.TakesBackIn;
        }
        return leftOut;
    }

    /// <summary>Whether something below a folder that is left out could be taken back in.</summary>
    public bool MayTakeBackInBelow(string folder) => _takesBackIn && patterns.Any(pattern => pattern.TakesBackIn && pattern.MayMatchBelow(folder));
}
