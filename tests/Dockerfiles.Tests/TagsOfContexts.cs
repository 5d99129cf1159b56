using Kontrakt.Tests;
using Kontrakt.Images.Contexts;
using Kontrakt.Settings;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>Where a context goes: two projects with equal names share no place, and one project has one on every machine.</summary>
[TestClass]
public sealed class TagsOfContexts
{
    [TestMethod]
    [DataRow("one/shop", "one/shop/web", "two/shop", "two/shop/web", true, DisplayName = "the same folder of a repository, elsewhere")]
    [DataRow("one/shop", "one/shop/web", "one/shop/web", "one/shop/web", true, DisplayName = "run from another folder of it")]
    [DataRow("one/shop", "one/shop/web", "one/bank", "one/bank/web", false, DisplayName = "two repositories")]
    [DataRow("one/shop", "one/shop/web", "one/shop", "one/shop/admin/web", false, DisplayName = "two folders of a repository")]
    public void AreOfTheFolder(string directory, string context, string otherDirectory, string otherContext, bool same)
    {
        using var folder = new TempFolder();
        foreach (var root in new[] { "one/shop", "two/shop", "one/bank" })
            folder.Write($"{root}/.git", "");

        string Tag(string from, string of) => ContextTags.For(folder.At(of), new KontraktSettings { Directory = folder.At(from), RunsDirectory = folder.At("state") });

        Assert.AreEqual(same, Tag(directory, context) == Tag(otherDirectory, otherContext));
    }
}
