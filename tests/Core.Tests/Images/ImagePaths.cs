using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class ImagePaths
{
    [TestMethod]
    [DataRow("../Api", DisplayName = "a folder with one project")]
    [DataRow("../Api/", DisplayName = "the same with a slash at its end")]
    [DataRow("../Api/Api.csproj", DisplayName = "a project file")]
    [DataRow("dotnet://Api", DisplayName = "a name")]
    public void LeadToAProject(string text)
    {
        using var folder = Repository();

        var source = Uses.At(folder.At("kontrakt/pod.yaml"), text).Source;

        Assert.AreEqual(folder.At("Api/Api.csproj"), ((ImageSource.Project)source).ProjectFile);
        Assert.AreEqual(new SourceLocation(folder.At("kontrakt/pod.yaml"), 7, 12), source.Location);
    }

    [TestMethod]
    [DataRow("nginx")]
    [DataRow("dotnet:10.0")]
    [DataRow("registry.example.com/team/api:v1")]
    [DataRow("${KO_DOCKER_REPO}/api:${kontrakt.sourceReference}")]
    [DataRow("")]
    public void AreNotOrdinaryReferences(string text)
    {
        using var folder = Repository();

        var source = Uses.At(folder.At("kontrakt/pod.yaml"), text).Source;

        Assert.AreEqual(text, ((ImageSource.Reference)source).Text);
    }

    [TestMethod]
    [DataRow("../Nowhere", "KTR1012", "which has neither a project nor a Dockerfile")]
    [DataRow("../Empty", "KTR1012", "which has neither a project nor a Dockerfile")]
    [DataRow("../Apj", "KTR1012", "(did you mean '../Api'?), which")]
    [DataRow("./Api", "KTR1012", "(did you mean '../Api'?), which")]
    [DataRow("../../Api", "KTR1012", "(did you mean '../Api'?), which")]
    [DataRow("../Api/Apy.csproj", "KTR1012", "(did you mean '../Api/Api.csproj'?), which")]
    [DataRow("dockerfile://../Dokcer", "KTR1012", "(did you mean 'dockerfile://../Docker'?), which")]
    [DataRow("../api", "KTR1012", "it is called 'Api': upper and lower case count")]
    [DataRow("../Two", "KTR1013", "A.csproj, B.fsproj")]
    [DataRow("dockerfile://../Nowhere", "KTR1012", "which has neither a project nor a Dockerfile")]
    [DataRow("dockerfile://../docker", "KTR1012", "it is called 'Docker': upper and lower case count")]
    [DataRow("dockerfile://../Docker?stage=x", "KTR1018", "known are dockerfile, platform, target")]
    [DataRow("dockerfile://../Docker?target=", "KTR1018", "'target' has no value")]
    [DataRow("dockerfile://../Docker?target=a&target=b", "KTR1018", "it has 'target' twice")]
    [DataRow("dockerfile://../Docker?target=%2", "KTR1018", "two hexadecimal digits must follow")]
    [DataRow("dockerfile://../Docker?target", "KTR1018", "'target' is not of the form KEY=VALUE")]
    [DataRow("dockerfile://../Docker?target=a b", "KTR1018", "a space is %20")]
    [DataRow("dockerfile://../Docker?platform=arm", "KTR1018", "'arm' is not a platform")]
    [DataRow("dockerfile://../Docker/Dockerfile?dockerfile=x", "KTR1018", "is not a folder")]
    [DataRow("dotnet://Nothing", "KTR1024", "names no project")]
    [DataRow("dotnet://api", "KTR1024", "Api/Api.csproj: upper and lower case count")]
    [DataRow("dotnet://Same", "KTR1024", "One/Same.csproj, Other/Same.csproj")]
    [DataRow("dotnet:/Api", "KTR1018", "two slashes")]
    [DataRow("..\\Api", "KTR1018", "../Api")]
    [DataRow("ko://example.com/cmd", "KTR1018", "dotnet://Name")]
    public void ThatLeadNowhereAreErrorsAtTheirPlace(string text, string code, string says)
    {
        using var folder = Repository();
        var file = folder.At("kontrakt/pod.yaml");

        var problem = Uses.Problem(() => _ = Uses.At(file, text).Source);

        Assert.AreEqual(code, problem.Code);
        Assert.AreEqual(new SourceLocation(file, 7, 12), problem.Location);
        StringAssert.Contains(problem.Message, says, StringComparison.Ordinal);
    }

    [TestMethod]
    public void ThatLeaveAFolderAreSuggestedFromItFirst()
    {
        using var folder = new TempFolder();
        folder.Write("work/near/a/b/Api/Api.csproj", "");
        folder.Write("work/far/Api/Api.csproj", "");
        folder.Write("work/near/kontrakt/pod.yaml", "");

        var problem = Uses.Problem(() => _ = Uses.At(folder.At("work/near/kontrakt/pod.yaml"), "../../Api").Source);

        StringAssert.Contains(problem.Message, "(did you mean '../a/b/Api'?)", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ByNameAreLookedForInTheWholeGitRepository()
    {
        using var folder = Repository();
        Directory.CreateDirectory(folder.At(".git"));

        var source = Uses.At(folder.At("kontrakt/pod.yaml"), "dotnet://Api", root: folder.At("kontrakt")).Source;

        Assert.AreEqual(folder.At("Api/Api.csproj"), ((ImageSource.Project)source).ProjectFile);
    }

    [TestMethod]
    [DataRow("NGINX", "lower case")]
    [DataRow("library/ubuntu:", "the tag after ':'")]
    [DataRow("white space", "a space")]
    [DataRow("https://gcr.io/x", "leave out 'https://'")]
    [DataRow("nginx@sha256:digest", "not a digest")]
    [DataRow("file://../api", "without 'file:'")]
    [DataRow("/src/api", "dockerfile:///src/api")]
    [DataRow("${REGISTRY}/api:1", "'$'")]
    [DataRow("C:\\src\\api", "only")]
    public void OfContainersAreReferencesThatCanBe(string text, string says)
    {
        using var folder = new TempFolder();
        var file = folder.Write("kontrakt/pod.yaml", "");
        var use = Uses.At(file, text) with { IsOfContainer = true };

        var problem = Uses.Problem(() => ImagePlan.Of([use], []));
        ImagePlan.Of([use with { IsOfContainer = false }], []);

        Assert.AreEqual(("KTR1018", 7), (problem.Code, problem.Location?.Line), problem.Message);
        Assert.Contains(says, problem.Message);
    }

    [TestMethod]
    [DataRow("nginx")]
    [DataRow("nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [DataRow("${KO_DOCKER_REPO}/api:${kontrakt.sourceReference}")]
    [DataRow("${KO_DOCKER_REPO}/api")]
    [DataRow("registry.example:5000/a/b_c__d:${kontrakt.sourceReference}-debug")]
    public void OfContainersMayHoldTokens(string text)
    {
        using var folder = new TempFolder();

        Assert.AreEqual(0, ImagePlan.Of([Uses.At(folder.Write("kontrakt/pod.yaml", ""), text) with { IsOfContainer = true }], []).Images.Count);
    }

    [TestMethod]
    public void OfEachSchemeAreReadAndNamedInEveryMessageThatListsThem()
    {
        using var folder = Repository();
        var file = folder.At("kontrakt/pod.yaml");
        var messages = new[] { "NGINX", "dotnet:/Api", "ko://example.com/cmd" }.Select(text => Uses.Problem(() => _ = (Uses.At(file, text) with { IsOfContainer = true }).Source).Message).ToList();

        foreach (var scheme in ImageSchemes.All)
        {
            Assert.IsTrue(messages.TrueForAll(message => message.Contains(scheme, StringComparison.Ordinal)), $"{scheme} is missing: {string.Join('\n', messages)}");
            Assert.AreEqual($"KTR1018 {scheme}", $"{Uses.Problem(() => _ = Uses.At(file, scheme[..^1] + "x").Source).Code} {ImageSchemes.Of(scheme.ToUpperInvariant() + "x")}");
            // Found, or an error that says what is wrong with it; never a reference.
            Assert.AreNotEqual("", string.Join(' ', Assert.ThrowsExactly<KontraktException>(() => _ = Uses.At(file, scheme).Source).Diagnostics.Select(problem => problem.Code)));
        }
    }

    [TestMethod]
    public void OfOneProjectGiveOneImage()
    {
        using var folder = Repository();
        var file = folder.At("kontrakt/pod.yaml");

        var projects = ImagePlan.Of([Uses.At(file, "../Api"), Uses.At(file, "dotnet://Api"), Uses.At(file, "nginx")], []);

        Assert.AreEqual((folder.At("Api/Api.csproj"), "api"), (projects.Projects.Single().ProjectFile, projects.Projects.Single().Name));
    }

    [TestMethod]
    public void AllReportTheirErrorsAtOnce()
    {
        using var folder = Repository();
        var file = folder.At("kontrakt/pod.yaml");

        var failure = Assert.ThrowsExactly<KontraktException>(() => ImagePlan.Of([Uses.At(file, "../Nowhere", 3), Uses.At(file, "../Two", 9)], []));

        CollectionAssert.AreEqual(new[] { "KTR1012 3", "KTR1013 9" }, failure.Diagnostics.Select(problem => $"{problem.Code} {problem.Location?.Line}").ToArray());
    }

    [TestMethod]
    public void OfTwoProjectsWithOneNameNeedAnItem()
    {
        using var folder = Repository();
        var file = folder.At("kontrakt/pod.yaml");
        var uses = new[] { Uses.At(file, "../One", 3), Uses.At(file, "../Other", 9) };

        var problem = Uses.Problem(() => ImagePlan.Of(uses, []));
        var named = ImagePlan.Of(uses, [new(folder.At("Other/Same.csproj")) { Name = "team/Other" }]);

        Assert.AreEqual("KTR1026", problem.Code);
        Assert.AreEqual(9, problem.Location?.Line);
        CollectionAssert.AreEqual(new[] { "same", "team/other" }, named.Projects.Select(project => project.Name).ToArray());
    }

    [TestMethod]
    [DataRow("SmokeTest", "smoketest")]
    [DataRow("Shop.Orders_Api", "shop.orders_api")]
    [DataRow("_My  App.", "my-app")]
    [DataRow("a.-b", "a-b")]
    [DataRow("C#Sharp", "c-sharp")]
    [DataRow("Größe", "gr-e")]
    public void GiveNamesThatRegistriesTake(string project, string name)
    {
        var normalized = ImageNames.Normalize(project);

        Assert.AreEqual(name, normalized);
    }

    private static TempFolder Repository()
    {
        var folder = new TempFolder();
        foreach (var file in new[] { "Api/Api.csproj", "Api/Dockerfile", "Two/A.csproj", "Two/B.fsproj", "Docker/Dockerfile", "Empty/readme.md", "One/Same.csproj", "Other/Same.csproj", "Api/obj/Api.csproj", "kontrakt/pod.yaml" })
            folder.Write(file, "");
        return folder;
    }
}
