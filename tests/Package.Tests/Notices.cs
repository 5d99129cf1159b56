using System.IO.Compression;

namespace Package.Tests;

/// <summary>Who made what the package carries is said in it.</summary>
[TestClass]
public sealed class Notices
{
    [TestMethod]
    public async Task TheLicenseIsNamedAndInThePackage()
    {
        await using var package = await ZipFile.OpenReadAsync(Packed.File);
        var specification = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal));

        using var reader = new StreamReader(await specification.OpenAsync());

        Assert.Contains("<license type=\"expression\">Apache-2.0</license>", await reader.ReadToEndAsync());
        Assert.IsNotNull(package.GetEntry("LICENSE"));
    }

    [TestMethod]
    public async Task NameEveryAssemblyThatIsNotKontrakts()
    {
        await using var package = await ZipFile.OpenReadAsync(Packed.File);
        var assemblies = package.Entries.Select(entry => entry.Name).Where(name => name.EndsWith(".dll", StringComparison.Ordinal) && !name.StartsWith("kontrakt", StringComparison.OrdinalIgnoreCase))
            .Select(name => name[..^".dll".Length]).Distinct().ToList();

        var entry = package.GetEntry("THIRD-PARTY-NOTICES.txt");

        Assert.IsNotNull(entry);
        using var reader = new StreamReader(await entry.OpenAsync());
        var notices = await reader.ReadToEndAsync();
        Assert.Contains("YamlDotNet", assemblies);
        foreach (var assembly in assemblies)
            Assert.Contains($"Package: {assembly} ", notices);
    }
}
