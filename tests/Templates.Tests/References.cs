using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

[TestClass]
public sealed class References
{
    [TestMethod, Timeout(60_000)]
    public void HaveParametersAndSources()
    {
        var use = Parse("template://function-template?HANDLER=hello.js&source=../hello&IMAGE=localhost:5000/a/b:1&git=https://example.com/a.git&revision=v1&subpath=x/y&name=hello");

        Assert.AreEqual("function-template hello HANDLER=hello.js IMAGE=localhost:5000/a/b:1", $"{use.Template} {use.Name} {string.Join(' ', use.Arguments.Select(each => $"{each.Name}={each.Value}"))}");
        Assert.AreEqual(Samples.User, use.Arguments[0].Location);
        Assert.AreEqual(new TemplateSource.Folder("/app/hello", Samples.User), use.Sources[0]);
        Assert.AreEqual(new TemplateSource.Git("https://example.com/a.git", "v1", "x/y", Samples.User), use.Sources[1]);
    }

    [TestMethod, Timeout(60_000)]
    public void ArePercentDecodedAndAPlusIsAPlus()
    {
        var use = Parse("template://t?A=b%26c%3Dd+e%20%25%C3%BC=x&B=");

        Assert.AreEqual("A=b&c=d+e %ü=x B=", string.Join(' ', use.Arguments.Select(each => $"{each.Name}={each.Value}")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("template://", "the template's name is between // and ?")]
    [DataRow("template://a/b", "the template's name is between // and ?")]
    [DataRow("template://t?A", "'A' is not of the form KEY=VALUE")]
    [DataRow("template://t?=b", "'=b' is not of the form KEY=VALUE")]
    [DataRow("template://t?A=b&", "there is nothing between '&' and '&', or after the last '&' or '?'")]
    [DataRow("template://t?A=%2", "after a '%' two hexadecimal digits must follow; '%' itself is %25")]
    [DataRow("template://t?A=%0a", "it holds a space or a control character; a space is %20")]
    [DataRow("template://t?A=b c", "it holds a space or a control character; a space is %20")]
    [DataRow("template://t?git=a&git=b", "it has 'git' twice")]
    [DataRow("template://t?revision=a", "'revision' and 'subpath' are those of a repository, which 'git' names")]
    public void ThatCannotBeReadAreErrorsAtTheirPlace(string text, string expected)
    {
        var errors = Samples.Errors(() => Parse(text));

        Assert.AreEqual($"KTR1049 (7,12) '{text}' is not of the form template://NAME?KEY=VALUE&KEY=VALUE: {expected}.", errors);
    }

    private static TemplateUse Parse(string text) => TemplateReference.Parse(text, "/app/kontrakt", Samples.User);
}
