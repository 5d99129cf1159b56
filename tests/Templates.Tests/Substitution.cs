using Kontrakt.Tests;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

[TestClass]
public sealed class Substitution
{
    [TestMethod, Timeout(60_000)]
    public void ReplacesWhereKnativeBuildDid()
    {
        using var folder = new TempFolder();
        var step = "{name: 'n-${WHO}', image: 'i-${WHO}', command: ['c-${WHO}'], args: ['a-${WHO}-${WHO}', plain], workingDir: '/w-${WHO}', "
            + "env: [{name: E, value: 'e-${WHO}'}, {name: F, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], volumeMounts: [{name: 'v-${WHO}', mountPath: '/m-${WHO}', subPath: 's-${WHO}'}]}";
        var more = "  volumes: [{name: 'v-${WHO}', secret: {secretName: 's-${WHO}'}}, {name: w, configMap: {name: 'c-${WHO}'}}, {name: x, persistentVolumeClaim: {claimName: 'p-${WHO}'}}]";

        var expanded = Samples.Expand(folder, Samples.Template(step, more: more), ("DESTINATION", "r/d"));

        Assert.AreEqual(
            """{"name":"n-world","image":"i-world","command":["c-world"],"args":["a-world-world","plain"],"workingDir":"/w-world","env":[{"name":"E","value":"e-world"},{"name":"F","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"volumeMounts":[{"name":"v-world","mountPath":"/m-world","subPath":"s-world"}]}""",
            expanded.Steps.Single().ToJsonString());
        Assert.AreEqual(
            """{"name":"v-world","secret":{"secretName":"s-world"}} {"name":"w","configMap":{"name":"c-world"}} {"name":"x","persistentVolumeClaim":{"claimName":"p-world"}}""",
            string.Join(' ', expanded.Volumes.Select(volume => volume.ToJsonString())));
    }

    [TestMethod, Timeout(60_000)]
    public void TheFunctionTemplateBecomesTheExecutorsArguments()
    {
        var template = TemplateCatalog.Read([]).Find("function-template", null);

        var expanded = ExpandedTemplate.From(template, Samples.Arguments(("DESTINATION", "r/f:1"), ("IMAGE", "r/base@sha256:1"), ("HANDLER", "hello.js")), null);

        Assert.AreEqual("""{"name":"build-and-push","image":"gcr.io/kaniko-project/executor:v0.3.0","args":["--dockerfile=Dockerfile","--destination=r/f:1","--build-arg=IMAGE=r/base@sha256:1","--build-arg=HANDLER=hello.js"]}""",
            expanded.Steps.Single().ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    public void TheImageTemplateBecomesTheExecutorsArguments()
    {
        var template = TemplateCatalog.Read([]).Find("image-template", null);

        var expanded = ExpandedTemplate.From(template, Samples.Arguments(("DESTINATION", "r/i:1"), ("BASE_IMAGE", "r/base"), ("PACKAGES_FILE", "p.txt")), null);

        Assert.AreEqual("""["--dockerfile=Dockerfile","--destination=r/i:1","--build-arg=BASE_IMAGE=r/base","--build-arg=SYSTEM_PACKAGES_FILE=system-packages.txt","--build-arg=PACKAGES_FILE=p.txt"]""",
            expanded.Steps.Single()["args"]?.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    public void WhatAValueHoldsIsNotReplacedAgain()
    {
        using var folder = new TempFolder();

        var expanded = Samples.Expand(folder, Samples.Template("{name: a, image: i, args: ['${WHO}']}"), ("DESTINATION", "d"), ("WHO", "${DESTINATION} $1 \\1"));

        // Kubernetes makes one of two; one alone could be the beginning of $(NAME).
        Assert.AreEqual("$${DESTINATION} $$1 \\1", (string?)expanded.Steps.Single()["args"]?[0]);
    }

    [TestMethod, Timeout(60_000)]
    public void AnEmptyValueIsAValue()
    {
        using var folder = new TempFolder();

        var expanded = Samples.Expand(folder, Samples.Template("{name: a, image: i, args: ['[${WHO}]', '${EMPTY}']}", "[{name: WHO}, {name: EMPTY, default: ''}]"), ("WHO", ""));

        Assert.AreEqual("""["[]",""]""", expanded.Steps.Single()["args"]?.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    public void WhatAShellReplacesStaysAsItIs()
    {
        using var folder = new TempFolder();
        const string step = "{name: a, image: i, command: [/bin/bash, -c], args: ['echo ${HOME} ${WHO:-x} $(date) ${WHO} | base64 > f'], env: [{name: HOME, value: /h}]}";

        var expanded = Samples.Expand(folder, Samples.Template(step), ("DESTINATION", "d"));

        Assert.AreEqual("echo ${HOME} ${WHO:-x} $(date) world | base64 > f", (string?)expanded.Steps.Single()["args"]?[0]);
    }

    [TestMethod, Timeout(60_000)]
    public void TextsThatOnlyLookLikePlaceholdersStay()
    {
        using var folder = new TempFolder();

        var expanded = Samples.Expand(folder, Samples.Template("{name: a, image: i, args: ['$WHO $(WHO) {WHO} ${} $${WHO}']}"), ("DESTINATION", "d"));

        Assert.AreEqual("$WHO $(WHO) {WHO} ${} $world", (string?)expanded.Steps.Single()["args"]?[0]);
    }

    [TestMethod, Timeout(60_000)]
    public void APlaceholderThatIsNoParameterIsAnErrorAtItsPlace()
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Expand(folder, Samples.Template("{name: a, image: i, args: ['--destination=${DESTINATON}']}"), ("DESTINATION", "d")));

        StringAssert.StartsWith(errors, "KTR1046 (7,32) nothing replaces '${DESTINATON}' here: no parameter is named 'DESTINATON' (did you mean 'DESTINATION'?)");
    }

    [TestMethod, Timeout(60_000)]
    public void AVariableOfTheContainerIsWrittenAsKubernetesReplacesIt()
    {
        using var folder = new TempFolder();
        const string step = "{name: a, image: i, command: [cp], args: ['${IMAGE_TEMPLATE_DIR}/Dockerfile', /workspace], env: [{name: IMAGE_TEMPLATE_DIR, value: /image-template}]}";

        var errors = Samples.Errors(() => Samples.Expand(folder, Samples.Template(step), ("DESTINATION", "d")));

        StringAssert.Contains(errors, "KTR1046 (7,47) nothing replaces '${IMAGE_TEMPLATE_DIR}' here: 'IMAGE_TEMPLATE_DIR' is a variable of this container and no parameter");
        StringAssert.Contains(errors, "Write $(IMAGE_TEMPLATE_DIR).");
    }

    [TestMethod, Timeout(60_000)]
    public void APlaceholderInsideOfAnotherIsAnError()
    {
        using var folder = new TempFolder();

        var errors = Samples.Errors(() => Samples.Expand(folder, Samples.Template("{name: a, image: i, args: ['${A${WHO}}']}"), ("DESTINATION", "d")));

        StringAssert.StartsWith(errors, "KTR1046 (7,32) nothing replaces '${A${WHO}' here: one placeholder is inside another");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("|")]
    [DataRow(">")]
    public void PipesAndRedirectionsWithoutAShellAreAnError(string word)
    {
        using var folder = new TempFolder();
        var step = $"{{name: a, image: echo, args: [-n, abc, '{word}', /workspace/f]}}";

        var errors = Samples.Errors(() => Samples.Expand(folder, Samples.Template(step), ("DESTINATION", "d")));

        StringAssert.StartsWith(errors, $"KTR1047 (7,44) '{word}' is a word of a command that no shell reads");
        StringAssert.Contains(errors, $"Write command: [sh, -c] and args: ['-n abc {word} /workspace/f']");
    }

    [TestMethod, Timeout(60_000)]
    public void UnknownArgumentsAndMissingOnesAreErrorsAtTheUser()
    {
        using var folder = new TempFolder();
        var arguments = new TemplateArgument[] { new("DESTINATOIN", "d", new("/app/pod.yaml", 9, 3)), new("WHO", "a", null), new("WHO", "b", null) };

        var errors = Samples.Errors(() => ExpandedTemplate.From(Samples.Read(folder, Samples.Template("{name: a, image: i, args: ['${DESTINATION}']}")), arguments, Samples.User));

        Assert.AreEqual(
            "KTR1043 (9,3) the build template 'greet' has no parameter 'DESTINATOIN' (did you mean 'DESTINATION'?). Use one of: DESTINATION, WHO.\n"
            + "KTR1044 (7,12) the parameter 'WHO' of the build template 'greet' has two values. Remove one.\n"
            + $"KTR1045 (7,12) the build template 'greet' ({folder.At("greet.yaml")} line 3) needs a value for: DESTINATION.", errors);
    }
}
