using System.IO.Compression;

namespace Package.Tests;

/// <summary>Editors and programs find the schemas of the very version that they use in the package.</summary>
[TestClass]
public sealed class Schemas
{
    [TestMethod]
    public async Task AreInThePackageAsTheyArePublished()
    {
        await using var package = await ZipFile.OpenReadAsync(Packed.File);
        var published = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "schemas"), "*.json");

        Assert.IsGreaterThan(5, published.Length);
        foreach (var file in published)
        {
            var entry = package.GetEntry($"schemas/{Path.GetFileName(file)}");
            Assert.IsNotNull(entry, file);
            using var reader = new StreamReader(await entry.OpenAsync());
            Assert.AreEqual(await File.ReadAllTextAsync(file), await reader.ReadToEndAsync());
        }
    }
}
