using System.Text.Json;
using Kontrakt.Images;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

/// <summary>Templates among what a run has to build.</summary>
[TestClass]
public sealed class Plans
{
    private const string Text = "template://function-template?HANDLER=hello.js&source=../hello";

    [TestMethod, Timeout(60_000)]
    public void HaveATemplateOnceHoweverOftenItIsUsed()
    {
        var plan = ImagePlan.Of([Use(Text), Use("template://function-template?source=../hello&HANDLER=hello.js")], []);

        var build = (ImageSource.Template)plan.Builds.Single();
        Assert.AreEqual("hello", build.Name);
        Assert.AreEqual(new TemplateSource.Folder("/app/hello", Samples.User), build.Use.Sources.Single());
    }

    [TestMethod, Timeout(60_000)]
    public void LetAnItemNameTheImage()
    {
        var item = new ImageItem("/app/greeter") { Name = "greeter", Template = TemplateReference.Parse(Text, "/app/kontrakt", null) };

        var plan = ImagePlan.Of([Use(Text)], [item]);

        Assert.AreEqual("greeter", plan.Builds.Single().Name);
    }

    [TestMethod, Timeout(60_000)]
    public void AreRecordedAndReadAgainWithoutCredentials()
    {
        var use = TemplateReference.Parse(Text, "/app/kontrakt", Samples.User);
        ImageSource build = new ImageSource.Template(use with { Sources = [.. use.Sources, new TemplateSource.Git("u", "r", "s", null) { Credentials = new GitCredentials.Basic("ada", "lovelace") }, new TemplateSource.Text("f", "t"u8.ToArray(), null)] })
        {
            Name = "hello",
            Location = Samples.User,
        };

        var json = JsonSerializer.Serialize(build);
        var read = (ImageSource.Template?)JsonSerializer.Deserialize<ImageSource>(json);

        Assert.IsFalse(json.Contains("lovelace", StringComparison.Ordinal));
        Assert.AreEqual(build.Key, read?.Key);
        Assert.AreEqual(json, JsonSerializer.Serialize<ImageSource>(read!));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("${KO_DOCKER_REPO}/base:${kontrakt.sourceReference}", true)]
    [DataRow("r/p/base", true)]
    [DataRow("r/p/base@sha256:0", true)]
    [DataRow("r/p/base-2:1", false)]
    [DataRow("r/base:1", false)]
    public void KnowWhatStandsOnWhat(string image, bool expected)
    {
        var build = new ImageSource.Template(new() { Template = "t", Arguments = [new("IMAGE", image, null)] }) { Name = "f" };

        Assert.AreEqual(expected, build.StandsOn("r/p/base", "r/p"));
    }

    private static ImageUse Use(string text) => new(text, new YamlScalar(text, YamlStyle.Plain, null, default, default), Samples.User, new("/app")) { Directory = "/app/kontrakt" };
}
