using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Requests;

namespace Kontrakt.Testing;

/// <summary>What was asked for, of what there is: kontrakts by name, tests by their unique id or their place in the tree.</summary>
/// <param name="Entries">In the order of the tree: each kontrakt before what is below it.</param>
/// <param name="Problems">What is wrong with kontrakts that cannot be read; each is a node of its own.</param>
internal sealed partial record Selection(IReadOnlyList<TestEntry> Entries, IReadOnlyList<Diagnostic> Problems)
{
    public IReadOnlyList<string> Kontrakts => [.. Entries.Select(entry => entry.Kontrakt).Distinct(StringComparer.Ordinal)];

    public static async Task<Selection> ReadAsync(KontraktSettings settings, ITestExecutionFilter filter, IRunLog log, CancellationToken cancellationToken)
    {
        var listing = await TestListing.ReadAsync(settings, "test", log, cancellationToken);
        List<Diagnostic> problems = [.. listing.Problems];
        var entries = new List<TestEntry>();
        foreach (var kontrakt in listing.Kontrakts)
        {
            try
            {
                entries.AddRange(Of(TestEntry.Of(kontrakt), filter));
            }
            catch (KontraktException failure)
            {
                problems.AddRange(failure.Diagnostics);
            }
        }
        return new(entries, [.. problems.Where(problem => Matches(filter, Nodes.UidOf(problem), Nodes.UidOf(problem), []))]);
    }

    /// <summary>A test brings its kontrakt, which is what runs; a kontrakt brings its tests.</summary>
    private static IEnumerable<TestEntry> Of(IReadOnlyList<TestEntry> tree, ITestExecutionFilter filter)
    {
        List<TestEntry> below = [.. tree.Skip(1).Where(entry => Matches(filter, entry))];
        // A path of several parts matches all above it as well.
        var whole = Matches(filter, tree[0]) && (filter is not TreeNodeFilter path || (below.Count == 0 && !Traits().Replace(path.Filter, "").Trim('/').Contains('/')));
        return whole ? tree : below.Count == 0 ? [] : [tree[0], .. below];
    }

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Traits();

    private static bool Matches(ITestExecutionFilter filter, TestEntry entry) =>
        Matches(filter, entry.FullName, entry.FullName, Nodes.Traits(entry));

    private static bool Matches(ITestExecutionFilter filter, string uid, string path, IProperty[] properties) => filter switch
    {
        TestNodeUidListFilter list => list.TestNodeUids.Any(each => each.Value == uid),
        TreeNodeFilter tree => tree.MatchesFilter("/" + path, new PropertyBag(properties)),
        _ => true,
    };
}
