using Kontrakt.Settings;

namespace Kontrakt.Tests.Settings;

/// <summary>MSBuild takes any property; Kontrakt refuses those that somebody mistyped.</summary>
[TestClass]
public sealed class MistypedProperties
{
    [TestMethod]
    [DataRow("KontraktTimout", "KontraktTimeout")]
    [DataRow("kontrakttimeuot", "KontraktTimeout")]
    [DataRow("KontraktKubecontexts", "KontraktKubeContext")]
    [DataRow("KontraktRequird", "KontraktRequired")]
    [DataRow("KontraktFilters", "KontraktFilter")]
    public void AreAnsweredWithTheRightName(string name, string expected)
    {
        var problem = PropertyNames.Mistyped([name]).Single();

        Assert.AreEqual("KTR1073", problem.Kind.Code);
        Assert.Contains($"'{expected}'", problem.Message);
    }

    [TestMethod]
    public void AreNotThoseThatExistNorWhatTheUserNames()
    {
        var exist = SettingsReader.Names.Concat(PropertyNames.OfBuilds).SelectMany(name => new[] { name, name.ToUpperInvariant() });

        Assert.IsEmpty(PropertyNames.Mistyped([.. exist, "Configuration", "Timeout", "KontraktOfOurTeam", "KontraktRepository", "KontraktTest", "KontraktImageRegistry", "KontraktImageRepository", "KontraktBuildDependsOn"]));
    }
}
