using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

/// <summary>What is wrong with uses of templates is said at their place when kontrakts are read, before any step that builds.</summary>
[TestClass]
public sealed class Discovering
{
    [TestMethod, Timeout(60_000)]
    [DataRow("template://function-template?HANDLER=h&IMAGE=a/b:1&DOCKERFIL=x&source=../app", "KTR1043 (7,65) the build template 'function-template' has no parameter 'DOCKERFIL' (did you mean 'DOCKERFILE'?)")]
    [DataRow("template://function-template?IMAGE=a/b:1&source=../app", "KTR1045 (7,14) the build template 'function-template'")]
    [DataRow("template://function-template?HANDLER=h&IMAGE=a/B:1&source=../app", "KTR1018 (7,14) 'a/B:1' is not an image reference")]
    [DataRow("template://funktion-template?A=b", "KTR1041 (7,14) the build template 'funktion-template' does not exist (did you mean 'function-template'?)")]
    [DataRow("template://function-template?HANDLER=h&IMAGE=a/b:1&source=../ap", "KTR1110 (7,65) the build template 'function-template' takes files from '")]
    [DataRow("'template://function-template?HANDLER=h&HANDLER=h&IMAGE=a/b:1&source=../app'", "KTR1044 (7,54) the parameter 'HANDLER'")]
    [DataRow("template://typo?DESTINATION=a/b:1&source=../app", "KTR1046 (8,22) nothing replaces '${OWHN}' here")]
    public async Task FindsWhatIsWrongWithAUse(string image, string expected)
    {
        using var folder = new TempFolder();

        var problems = await ProblemsAsync(folder, image);

        Assert.HasCount(1, problems);
        StringAssert.StartsWith(problems[0], expected);
    }

    [TestMethod, Timeout(60_000)]
    public async Task FindsAllOfItAtOnce()
    {
        using var folder = new TempFolder();

        var problems = await ProblemsAsync(folder, "template://function-template?HANDELR=hello.js&source=../nowhere", "../nowhere");

        Assert.AreEqual("KTR1012 KTR1043 KTR1045 KTR1110", string.Join(' ', problems.Select(problem => problem[..7]).Order(StringComparer.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("template://function-template?HANDLER=h&IMAGE=${KO_DOCKER_REPO}/b:${kontrakt.sourceReference}&source=../app")]
    [DataRow("template://typo-free?WHO=me&source=../app")]
    public async Task FindsNothingWrongWithOneThatFits(string image)
    {
        using var folder = new TempFolder();

        var problems = await ProblemsAsync(folder, image);

        Assert.AreEqual("", string.Join(' ', problems));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("template: {name: function-template, arguments: [{name: IMAGE, value: a/b:1}]}", "KTR1045 (4,25) the build template 'function-template'")]
    [DataRow("template: {name: greet, arguments: [{name: DESTINATION, value: 'a/b:1'}]}", "KTR1111 (4,71) the build 'made' of this kontrakt pushes to 'a/b:1', which is the same in every run.")]
    [DataRow("steps: [{image: executor}]", "KTR1040 (3,18) the build 'made' is not valid: none of its steps says with --destination which image it pushes.")]
    public async Task FindsWhatIsWrongWithABuildOfAKontrakt(string spec, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("repository/kontrakt/build.yaml", $"apiVersion: build.knative.dev/v1alpha1\nkind: Build\nmetadata: {{name: made}}\nspec: {{{spec}}}\n");

        var problems = await ProblemsAsync(folder, "a/b:1");

        Assert.HasCount(1, problems);
        StringAssert.StartsWith(problems[0], expected);
    }

    /// <summary>"KTR1040 (line,column) message" of each error that discovering ends with.</summary>
    private static async Task<IReadOnlyList<string>> ProblemsAsync(TempFolder folder, params string[] images)
    {
        // The folder's own name would make it a kontrakt.
        folder.Write("repository/app/hello.js", "");
        folder.Write("repository/templates/typo.yaml", Samples.Template("{image: executor, args: [\n    --destination=d, '${OWHN}']}", more: "").Replace("name: greet", "name: typo", StringComparison.Ordinal));
        folder.Write("repository/templates/free.yaml", Samples.Template("{image: executor, args: ['--destination=${DESTINATION}', '${WHO}']}").Replace("name: greet", "name: typo-free", StringComparison.Ordinal));
        folder.Write("repository/kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {kontrakt: test}}\nspec:\n  containers:\n" + string.Concat(images.Select((image, index) => $"  - name: c{index}\n    image:   {image}\n")));
        var settings = new KontraktSettings { Directory = folder.At("repository"), RunsDirectory = folder.At("state"), Repository = "localhost:1/demo", SourceReference = "v1" };
        try
        {
            await new KontraktRuns(settings, new Lines()).BeginAsync([], CancellationToken.None);
            return [];
        }
        catch (KontraktException error)
        {
            return [.. error.Diagnostics.Select(each => $"{each.Code} ({each.Location?.Line},{each.Location?.Column}) {each.Message}")];
        }
    }
}
