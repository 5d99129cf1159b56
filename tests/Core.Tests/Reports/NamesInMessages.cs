using Kontrakt.Reports;

namespace Kontrakt.Tests.Reports;

/// <summary>Names of properties in a message become what the reader knows, and nothing else changes.</summary>
[TestClass]
public sealed class NamesInMessages
{
    private static readonly SettingNames Names = new((name, value) => name switch
    {
        "KontraktKeep" => value is null ? "--keep" : $"--keep {value}",
        "KO_DOCKER_REPO" => "--repository",
        _ => null,
    });

    [TestMethod]
    [DataRow("set KontraktKeep.", "set --keep.")]
    [DataRow("(KontraktKeep=failed)", "(--keep failed)")]
    [DataRow("KontraktKeep is always", "--keep is always")]
    [DataRow("KO_DOCKER_REPO 'X' is not one", "--repository 'X' is not one")]
    [DataRow("'${KO_DOCKER_REPO}' cannot be replaced, nor can $(KontraktKeep)", "'${KO_DOCKER_REPO}' cannot be replaced, nor can $(KontraktKeep)")]
    [DataRow("KontraktKeeper, MyKontraktKeep, a/KontraktKeep, KontraktImage", "KontraktKeeper, MyKontraktKeep, a/KontraktKeep, KontraktImage")]
    public void AreReplacedWhole(string text, string expected) => Assert.AreEqual(expected, Names.In(text));

    [TestMethod]
    public void StayInABuild() => Assert.AreEqual("set KontraktKeep", SettingNames.Properties.In("set KontraktKeep"));
}
