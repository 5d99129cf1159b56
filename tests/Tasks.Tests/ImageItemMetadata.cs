using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Tasks;
using Microsoft.Build.Utilities;

namespace Tasks.Tests;

/// <summary>What the metadata of a KontraktImage item says.</summary>
[TestClass]
public sealed class ImageItemMetadata
{
    [TestMethod]
    [DataRow("A=1;B=two words ; ;C==x", "A=1|B=two words|C==x")]
    [DataRow("A=1\\;2;B=\\;", "A=1;2|B=;", DisplayName = "a semicolon in a value")]
    [DataRow("A=$(X) $$ \\n", "A=$(X) $$ \\n", DisplayName = "everything else as it is written")]
    public void HasPairs(string text, string expected)
    {
        Assert.AreEqual(expected, string.Join('|', Read("BuildArgs", text).BuildArgs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [TestMethod]
    public void SaysWhereSecretsAreAndNotWhatTheyAre()
    {
        var secrets = Read("Secrets", "npm=env:NPM_TOKEN;key=../deploy.key;abs=/etc/key").Secrets;

        Assert.AreEqual("abs=/etc/key key=/repo/deploy.key npm=env:NPM_TOKEN", string.Join(' ', secrets.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [TestMethod]
    [DataRow("BuildArgs", "A")]
    [DataRow("BuildArgs", "A=1;A=2")]
    [DataRow("Secrets", "a,b=file")]
    [DataRow("Secrets", "a=")]
    public void ThatIsWrongIsRefused(string name, string text)
    {
        var problem = Assert.ThrowsExactly<KontraktException>(() => Read(name, text)).Diagnostics.Single();

        Assert.AreEqual("KTR1019", problem.Code);
        Assert.Contains(name, problem.Message);
    }

    private static ImageItem Read(string name, string text)
    {
        var item = new TaskItem("web");
        item.SetMetadata(name, text.Replace("$", "%24", StringComparison.Ordinal));
        return ImageItems.Read(item, "/repo/app/web", "/repo/app/App.csproj");
    }
}
