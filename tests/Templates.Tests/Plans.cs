using System.Text.Json;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Templates.Tests;

/// <summary>Templates among what a run has to build.</summary>
[TestClass]
public sealed class Plans
{
    private const string Text = "template://function-template?HANDLER=hello.js&source=../hello";

    [TestMethod, Timeout(60_000)]
    public void HaveATemplateOnceHoweverOftenItIsUsed()
    {
        var plan = ImageSources.Plan([Use(Text), Use("template://function-template?source=../hello&HANDLER=hello.js")], [], "/app");

        var build = (TemplateBuild)plan.Builds.Single();
        Assert.AreEqual("hello", build.Name);
        Assert.AreEqual(new TemplateSource.Folder("/app/hello", Samples.User), build.Use.Sources.Single());
    }

    [TestMethod, Timeout(60_000)]
    public void LetAnItemNameTheImage()
    {
        var item = new ImageItem("/app/greeter") { Name = "greeter", Template = TemplateReference.Parse(Text, "/app/kontrakt", null) };

        var plan = ImageSources.Plan([Use(Text)], [item], "/app");

        Assert.AreEqual("greeter", plan.Builds.Single().Name);
    }

    [TestMethod, Timeout(60_000)]
    public void AreRecordedAndReadAgainWithoutCredentials()
    {
        var use = TemplateReference.Parse(Text, "/app/kontrakt", Samples.User);
        ImageBuild build = new TemplateBuild
        {
            Key = use.Key,
            Name = "hello",
            Location = Samples.User,
            Use = use with { Sources = [.. use.Sources, new TemplateSource.Git("u", "r", "s", null) { Credentials = new GitCredentials.Basic("ada", "lovelace") }, new TemplateSource.Text("f", "t"u8.ToArray(), null)] },
        };

        var json = JsonSerializer.Serialize(build);
        var read = (TemplateBuild?)JsonSerializer.Deserialize<ImageBuild>(json);

        Assert.IsFalse(json.Contains("lovelace", StringComparison.Ordinal));
        Assert.AreEqual(((TemplateBuild)build).Use.Key, read?.Use.Key);
        Assert.AreEqual(json, JsonSerializer.Serialize<ImageBuild>(read!));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("${KO_DOCKER_REPO}/base:${kontrakt.sourceReference}", true)]
    [DataRow("r/p/base", true)]
    [DataRow("r/p/base@sha256:0", true)]
    [DataRow("r/p/base-2:1", false)]
    [DataRow("r/base:1", false)]
    public void KnowWhatStandsOnWhat(string image, bool expected)
    {
        var build = new TemplateBuild { Key = "", Name = "f", Use = new() { Template = "t", Arguments = [new("IMAGE", image, null)] } };

        Assert.AreEqual(expected, build.StandsOn("r/p/base", "r/p"));
    }

    private static ImageUse Use(string text) => new("k", text, new YamlScalar(text, YamlStyle.Plain, null, default, default), Samples.User) { Directory = "/app/kontrakt" };
}
