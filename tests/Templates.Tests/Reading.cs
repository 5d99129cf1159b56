using Kontrakt.Tests;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

[TestClass]
public sealed class Reading
{
    [TestMethod, Timeout(60_000)]
    public void TheTemplatesOfTheProposalAreThere()
    {
        var all = TemplateCatalog.Read([]).All;

        CollectionAssert.AreEqual(new[] { "function-template", "image-template" }, all.Select(template => template.Name).ToArray());
        Assert.AreEqual("DESTINATION IMAGE HANDLER DOCKERFILE=Dockerfile", Show(all[0]));
        Assert.AreEqual("DESTINATION BASE_IMAGE DOCKERFILE=Dockerfile SYSTEM_PACKAGES_FILE=system-packages.txt PACKAGES_FILE=packages.txt", Show(all[1]));
        Assert.AreEqual("The fully-qualified function implementation name", all[0].Parameters[2].Description);
    }

    [TestMethod, Timeout(60_000)]
    public void ATemplateOfTheRepositoryHidesABuiltInOne()
    {
        using var folder = new TempFolder();
        folder.Write("deep/er/mine.yml", Samples.Template("{name: a, image: i}").Replace("greet", "image-template"));
        folder.Write("chart.yaml", "{{ .Values }}: {{ not yaml");

        var catalog = TemplateCatalog.Read([folder.Path, folder.At("is-not-there")]);

        Assert.IsFalse(catalog.Find("image-template", null).IsBuiltIn);
        Assert.IsTrue(catalog.Find("function-template", null).IsBuiltIn);
        Assert.AreEqual(2, catalog.All.Count);
    }

    [TestMethod, Timeout(60_000)]
    public void OtherDocumentsOfAFileAreNoTemplates()
    {
        using var folder = new TempFolder();
        folder.Write("all.yaml", $"{Samples.Template("{name: a, image: i}")}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n---\napiVersion: build.knative.dev/v1alpha1\nkind: Build\nmetadata: {{name: b}}\n");

        var catalog = TemplateCatalog.Read([folder.Path]);

        CollectionAssert.AreEqual(new[] { "function-template", "greet", "image-template" }, catalog.All.Select(template => template.Name).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public void TwoOfOneNameAreAnError()
    {
        using var folder = new TempFolder();
        folder.Write("a.yaml", Samples.Template("{name: a, image: i}"));
        folder.Write("b.yaml", Samples.Template("{name: a, image: i}"));

        var errors = Samples.Errors(() => TemplateCatalog.Read([folder.Path]));

        Assert.AreEqual($"KTR1042 (3,18) two build templates are named 'greet', here and in {folder.At("a.yaml")}(3,18). Rename or remove one.", errors);
    }

    [TestMethod, Timeout(60_000)]
    public void ATemplateThatIsNotThereIsAnErrorWithTheNearestName()
    {
        var errors = Samples.Errors(() => TemplateCatalog.Read([]).Find("function-tempalte", Samples.User));

        StringAssert.StartsWith(errors, "KTR1041 (7,12) the build template 'function-tempalte' does not exist (did you mean 'function-template'?). Use one of: function-template, image-template");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{name: a, imgae: i}", "(7,15) the build template 'greet' is not valid: a step has no field 'imgae' (did you mean 'image'?).")]
    [DataRow("{name: a}", "(7,5) the build template 'greet' is not valid: a step has no 'image'.")]
    [DataRow("{name: a, image: i, ports: []}", "(7,25) the build template 'greet' is not valid: 'ports' is for containers that stay; a step runs to its end. Remove it.")]
    [DataRow("{name: a, image: i, args: [8080]}", "(7,32) the build template 'greet' is not valid: an item of 'args' must be text; write \"8080\", in quotes.")]
    [DataRow("{name: a, image: i, args: text}", "(7,31) the build template 'greet' is not valid: 'args' must be a list.")]
    [DataRow("{name: a, image: i, env: [{nam: x}]}", "(7,32) the build template 'greet' is not valid: a variable of 'env' has no field 'nam' (did you mean 'name'?).")]
    [DataRow("just text", "(7,5) the build template 'greet' is not valid: a step must be a mapping.")]
    public void AStepThatIsNotAsItMustBeIsAnErrorAtItsPlace(string step, string expected)
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Read(folder, Samples.Template(step)));

        StringAssert.Contains(errors, $"KTR1040 {expected}");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("[{name: A}, {name: A}]", "(5,34) the build template 'greet' is not valid: two parameters are named 'A', the first at line 5.")]
    [DataRow("[{name: A, defualt: b}]", "(5,26) the build template 'greet' is not valid: a parameter has no field 'defualt' (did you mean 'default'?).")]
    [DataRow("[{name: A, default: true}]", "(5,35) the build template 'greet' is not valid: 'default' must be text; write \"true\", in quotes.")]
    [DataRow("[{name: 'A B'}]", "(5,23) the build template 'greet' is not valid: 'A B' is not a name of a parameter: letters, digits, '_', '-' and '.'.")]
    public void AParameterThatIsNotAsItMustBeIsAnErrorAtItsPlace(string parameters, string expected)
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Read(folder, Samples.Template("{name: a, image: i}", parameters)));

        Assert.AreEqual($"KTR1040 {expected}", errors);
    }

    [TestMethod, Timeout(60_000)]
    public void EveryErrorOfAFileIsThere()
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Read(folder, Samples.Template("{nam: a, image: i, imgae: i}", "[{name: A}, {name: A}]")));

        Assert.AreEqual(3, errors.Split('\n').Length, errors);
    }

    [TestMethod, Timeout(60_000)]
    public void AKeyThatStandsTwiceIsAnError()
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Read(folder, Samples.Template("{name: a, image: i, image: j}")));

        StringAssert.StartsWith(errors, "KTR1002 (7,25) the mapping has the key 'image' twice");
    }

    private static string Show(BuildTemplate template) =>
        string.Join(' ', template.Parameters.Select(parameter => parameter.Default is null ? parameter.Name : $"{parameter.Name}={parameter.Default}"));
}
