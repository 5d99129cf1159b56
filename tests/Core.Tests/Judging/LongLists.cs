using System.Text.Json.Nodes;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>Lists of thousands of elements: compared each with each, they would take minutes.</summary>
[TestClass]
public sealed class LongLists
{
    private const int Count = 5000;

    private static readonly Func<int, JsonNode> Rule = number => new JsonObject { ["name"] = $"rule-{number}", ["port"] = number, ["hosts"] = new JsonArray("a", $"b-{number}") };

    private static readonly Func<int, JsonNode> Text = number => JsonValue.Create($"text {number}");

    private static readonly Func<int, JsonNode> Same = _ => new JsonObject { ["hosts"] = new JsonArray("a") };

    private static IReadOnlyList<Mismatch> Match(IEnumerable<JsonNode> expected, IEnumerable<JsonNode> actual) =>
        ObjectMatcher.Match(new() { ["list"] = new JsonArray([.. expected]) }, new JsonObject { ["list"] = new JsonArray([.. actual]) }, null);

    private static IEnumerable<JsonNode> Backwards(Func<int, JsonNode> element) => Enumerable.Range(0, Count).Reverse().Select(element);

    private static IEnumerable<JsonNode> Forwards(Func<int, JsonNode> element, int from = 0) => Enumerable.Range(from, Count).Select(element);

    [TestMethod, Timeout(60_000)]
    public void MatchInAnyOrder()
    {
        Assert.IsEmpty(Match(Forwards(Rule), Backwards(Rule)));
        Assert.IsEmpty(Match(Forwards(Text), Backwards(Text)));
        Assert.IsEmpty(Match(Forwards(Same), Forwards(Same)));
    }

    [TestMethod, Timeout(60_000)]
    public void AreExplainedAsFarAsAnyoneReads()
    {
        var mismatches = Match(Forwards(Rule, from: 1), Backwards(Rule));

        Assert.AreEqual($"list[{Count - 1}]", mismatches.Single().PathText);
        Assert.HasCount(Count, Match(Forwards(Text, from: Count), Backwards(Text)));
    }

    [TestMethod]
    public void AnElementIsLeftToTheOneThatHasNoOther()
    {
        JsonNode[] actual = [new JsonObject { ["a"] = 1, ["b"] = 1 }, new JsonObject { ["a"] = 1 }];

        // The first could have either, the second only one: the pairing is found, not the first that fits.
        Assert.IsEmpty(Match([new JsonObject { ["a"] = 1 }, new JsonObject { ["b"] = 1 }], actual));
    }
}
