using Kontrakt.Diagnostics;

namespace Kontrakt.Tests.Diagnostics;

/// <summary>Which kontrakts a filter means, and which shard has them.</summary>
[TestClass]
public sealed class Filters
{
    private static readonly ILookup<string, string> Labels =
        new[] { ("tier", "smoke"), ("tier", "slow"), ("app.kubernetes.io/name", "Orders") }.ToLookup(label => label.Item1, label => label.Item2);

    [TestMethod, Timeout(60_000)]
    [DataRow("orders", true)]
    [DataRow("RDE", true, DisplayName = "a part, in any case")]
    [DataRow("billing", false)]
    [DataRow("Name=orders", true)]
    [DataRow("name = ORDERS ", true)]
    [DataRow("FullyQualifiedName~ord", true)]
    [DataRow("Name=order", false)]
    [DataRow("Name!=orders", false)]
    [DataRow("Name!~bill", true)]
    [DataRow("tier=smoke", true)]
    [DataRow("tier=slow", true, DisplayName = "any value")]
    [DataRow("tier=smok", false)]
    [DataRow("tier~mok", true)]
    [DataRow("tier!=smoke", false, DisplayName = "no value is it")]
    [DataRow("tier!=fast", true)]
    [DataRow("team=a", false)]
    [DataRow("team!=a", true, DisplayName = "a label that is not there is not a")]
    [DataRow("app.kubernetes.io/name=orders", true)]
    [DataRow("Name=billing|tier=smoke", true)]
    [DataRow("Name=billing&tier=smoke", false)]
    [DataRow("Name=orders|Name=a&Name=b", true, DisplayName = "& binds more")]
    [DataRow("(Name=orders|Name=a)&Name=b", false)]
    [DataRow("((Name=orders))&(tier=smoke|tier=x)", true)]
    public void MeanAKontrakt(string text, bool expected)
    {
        Assert.IsTrue(KontraktFilter.TryParse(text, out var filter, out var problem), problem);
        Assert.AreEqual(expected, filter.Matches("orders", Labels));
    }

    [TestMethod, Timeout(60_000)]
    public void TakeSignsThatAreMeantThemselves()
    {
        Assert.IsTrue(KontraktFilter.TryParse(@"a\(b\)\\c\=", out var filter, out var problem), problem);
        Assert.IsTrue(filter.Matches(@"xa(b)\c=", null));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Name=orders", true)]
    [DataRow("Name=billing", false)]
    [DataRow("tier=smoke", null)]
    [DataRow("Name=billing&tier=smoke", false)]
    [DataRow("Name=orders&tier=smoke", null)]
    [DataRow("Name=orders|tier=smoke", true)]
    [DataRow("Name=billing|tier=smoke", null)]
    public void AreDecidedWithoutLabelsWhereTheyCanBe(string text, bool? expected)
    {
        Assert.IsTrue(KontraktFilter.TryParse(text, out var filter, out _));
        Assert.AreEqual(expected, filter.Matches("orders", null));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Name=", "the value of 'Name' is missing at character 6")]
    [DataRow("=x", "a condition is missing at character 1")]
    [DataRow("(a|b", "a ')' is missing at character 5")]
    [DataRow("a)", "')' is one too many at character 2")]
    [DataRow("a&", "a condition is missing at character 3")]
    [DataRow("a!b", "'=' or '~' is missing after '!' at character 3")]
    [DataRow("a\\", "nothing stands after '\\' at character 3")]
    [DataRow("a=b=c", "'=' is one too many at character 4")]
    public void ThatAreNoneSayWhere(string text, string expected)
    {
        Assert.IsFalse(KontraktFilter.TryParse(text, out _, out var problem));
        Assert.StartsWith(expected, problem);

        var error = Assert.ThrowsExactly<KontraktException>(() => SettingsReader.Read(new Dictionary<string, string?> { ["KontraktFilter"] = text }, AppContext.BaseDirectory));
        Assert.AreEqual("KTR1019", error.Diagnostics.Single().Code);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("0/2"), DataRow("3/2"), DataRow("2"), DataRow("a/b"), DataRow("1/2/3"), DataRow("-1/2"), DataRow("1/0")]
    public void ShardsThatAreNoneAreErrors(string text)
    {
        var error = Assert.ThrowsExactly<KontraktException>(() => SettingsReader.Read(new Dictionary<string, string?> { ["KontraktShard"] = text }, AppContext.BaseDirectory));

        Assert.AreEqual("KTR1019", error.Diagnostics.Single().Code);
        Assert.Contains("such as 2/5", error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void ShardsShareAllKontraktsEvenly()
    {
        var names = Enumerable.Range(0, 1000).Select(number => $"kontrakt-{number}").ToList();
        var shards = Enumerable.Range(1, 5).Select(index => new KontraktShard(index, 5)).ToList();

        var shares = shards.Select(shard => names.Count(shard.Holds)).ToList();

        Assert.AreEqual(1000, shares.Sum(), "each is in one");
        Assert.IsTrue(shares.All(share => share is > 150 and < 250), string.Join(' ', shares));
    }

    /// <summary>Machines of different versions, and later runs, agree. The numbers are from another program: SHA-256's first 8 bytes, modulo 3.</summary>
    [TestMethod, Timeout(60_000)]
    public void ShardsStayWhatTheyAre() =>
        CollectionAssert.AreEqual(new[] { 2, 1, 3 }, new[] { "orders", "web", "search" }.Select(name => Enumerable.Range(1, 3).Single(index => new KontraktShard(index, 3).Holds(name))).ToArray());
}
