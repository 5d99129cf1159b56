using System.Text.RegularExpressions;
using Kontrakt.Clusters;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed partial class NamesOfLeases
{
    private const string Run = "20261120-053412-x7k2q";

    [TestMethod]
    public void SayKontraktNameAndRun() => Assert.AreEqual("kontrakt-shop-x7k2q", LeaseNames.Unique("shop", Run));

    [TestMethod]
    [DataRow("Shop_Kontrakt")]
    [DataRow("-a-")]
    [DataRow("åäö")]
    [DataRow("a.very.long.name.that.goes.on.and.on.beyond.what.a.label.may.hold.in.kubernetes")]
    [DataRow("exactly-as-long-as-what-would-just-not-fit-any-more-in-it-all")]
    public void AreDnsLabels(string kontrakt)
    {
        var name = LeaseNames.Unique(kontrakt, Run);

        Assert.MatchesRegex(DnsLabel(), name);
        Assert.IsLessThanOrEqualTo(63, name.Length);
    }

    [TestMethod]
    [DataRow("a_b", "a-b")]
    [DataRow("Shop", "shop")]
    public void TellApartWhatLooksAlike(string one, string other) => Assert.AreNotEqual(LeaseNames.Unique(one, Run), LeaseNames.Unique(other, Run));

    [TestMethod]
    [DataRow("shop", "shop")]
    [DataRow("20261120-053412-x7k2q", "20261120-053412-x7k2q")]
    public void LabelsKeepWhatFits(string text, string expected) => Assert.AreEqual(expected, LeaseNames.LabelValue(text));

    [TestMethod]
    [DataRow("a b/c")]
    [DataRow("_-.")]
    [DataRow("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void LabelsAreValid(string text) => Assert.MatchesRegex(Label(), LeaseNames.LabelValue(text));

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex Label();
}
