using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Settings;

/// <summary>Which kontrakts a filter means, and which shard has them.</summary>
[TestClass]
public sealed class Filters
{
    private static readonly ILookup<string, string> Labels =
        new[] { ("tier", "smoke"), ("tier", "slow"), ("app.kubernetes.io/name", "Orders") }.ToLookup(label => label.Item1, label => label.Item2);

    /// <summary>Each has a test pod/smoke but shop, which has an assertion that speaks of orders.</summary>
    private static readonly string[] All = ["eu-orders", "orders", "orders-eu", "shop"];

    private static bool? Matches(KontraktFilter filter, string name) => filter.Matches(
        new(name) { Labels = Labels, Tests = name == "shop" ? ["shop/a.assert.yaml/deployment/orders"] : [$"{name}/pod/smoke", $"{name}/a.assert.yaml/pod/x", $"{name}/a.assert.yaml/pod/x#2"] }, All);

    [TestMethod, Timeout(60_000)]
    [DataRow("orders", true)]
    [DataRow("RDE", true, DisplayName = "a part, in any case")]
    [DataRow("billing", false)]
    [DataRow("Name=orders", true)]
    [DataRow("name = ORDERS ", true)]
    [DataRow("FullyQualifiedName~ord", true)]
    [DataRow("DisplayName=orders", true)]
    [DataRow("fullyqualifiedname!=orders", false)]
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
        Assert.AreEqual(expected, Matches(filter, "orders"));
    }

    [TestMethod, Timeout(60_000)]
    public void TakeSignsThatAreMeantThemselves()
    {
        Assert.IsTrue(KontraktFilter.TryParse(@"a\(b\)\\c\=", out var filter, out var problem), problem);
        Assert.IsTrue(filter.Matches(new(@"xa(b)\c="), []));
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
        Assert.AreEqual(expected, filter.Matches(new("orders"), All));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Name=orders/pod/smoke", "orders")]
    [DataRow("FullyQualifiedName=orders/pod/smoke", "orders")]
    [DataRow("DisplayName = Orders/Pod/Smoke", "orders", DisplayName = "in any case")]
    [DataRow("Name=orders/pod/smok", "")]
    [DataRow("Name=pod/smoke", "", DisplayName = "the whole name")]
    [DataRow("orders/pod/smoke", "orders", DisplayName = "a line of --list-tests")]
    [DataRow("orders/pod/smoke#2", "")]
    [DataRow("orders/a.assert.yaml/pod/x#2", "orders")]
    [DataRow("orders-eu/pod/smoke", "orders-eu")]
    [DataRow("pod/smoke", "eu-orders orders orders-eu", DisplayName = "of whatever kontrakt has it")]
    [DataRow("orders", "eu-orders orders orders-eu", DisplayName = "kontrakts' names before tests' names")]
    [DataRow("Name~smoke", "eu-orders orders orders-eu")]
    [DataRow("FullyQualifiedName~orders", "eu-orders orders orders-eu shop", DisplayName = "any name")]
    [DataRow("FullyQualifiedName~orders/pod/smoke", "eu-orders orders", DisplayName = "a part of any name, as VSTest has it")]
    [DataRow("Name!=orders/pod/smoke", "eu-orders orders-eu shop")]
    [DataRow("Name!~smoke", "shop")]
    [DataRow("FullyQualifiedName!~smoke", "shop")]
    [DataRow("FullyQualifiedName!~orders", "")]
    [DataRow("(Name=orders/pod/smoke|Name=shop)&tier=smoke", "orders shop")]
    public void MeanTheKontraktOfATest(string text, string expected)
    {
        Assert.IsTrue(KontraktFilter.TryParse(text, out var filter, out var problem), problem);

        Assert.AreEqual(expected, string.Join(' ', All.Where(name => Matches(filter, name) == true)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Name=orders/pod/smoke", "orders")]
    [DataRow("orders/pod/smoke", "orders")]
    [DataRow("orders/pod/none", "orders")]
    [DataRow("orders", "")]
    [DataRow("Name!~eu", "")]
    [DataRow("smoke", "eu-orders orders orders-eu shop")]
    [DataRow("FullyQualifiedName~shop", "eu-orders orders orders-eu")]
    [DataRow("FullyQualifiedName=smoke", "")]
    public void WantNoMoreReadThanMayBeMeant(string text, string undecided)
    {
        Assert.IsTrue(KontraktFilter.TryParse(text, out var filter, out _));

        Assert.AreEqual(undecided, string.Join(' ', All.Where(name => filter.Matches(new(name), All) is null)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Name=", "the value of 'Name' is missing at character 6")]
    [DataRow("=x", "a condition is missing at character 1")]
    [DataRow("(a|b", "a ')' is missing at character 5")]
    [DataRow("a)", "')' is one too many at character 2")]
    [DataRow("a&", "a condition is missing at character 3")]
    [DataRow("a!b", "'=' or '~' is missing after '!' at character 3")]
    [DataRow("a\\", "there is nothing after '\\' at character 3")]
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
