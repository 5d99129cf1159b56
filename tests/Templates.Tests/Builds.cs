using Kontrakt.Tests;
using System.Text.Json.Nodes;
using Kontrakt.Images.Templates;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Templates.Tests;

/// <summary>Build documents, as they are read and as what they make of them before anything runs.</summary>
[TestClass]
public sealed class Builds
{
    private static readonly Dictionary<string, string> Globals = new() { ["KO_DOCKER_REPO"] = "localhost:5000/demo", ["kontrakt.sourceReference"] = "abc" };

    [TestMethod, Timeout(60_000)]
    public void OfTheProposalRunWithASourceOfEachKind()
    {
        var job = Job("""
            source:
              git: {url: https://example.com/a.git, revision: master}
              custom:
                image: localhost:5000/base:1
                command: [cp]
                args: ['$(FUNCTION_TEMPLATE_DIR)/Dockerfile', /workspace]
                env: [{name: FUNCTION_TEMPLATE_DIR, value: /function-template}]
            template:
              name: function-template
              arguments:
              - {name: DESTINATION, value: 'localhost:5000/func:7'}
              - {name: IMAGE, value: 'localhost:5000/base:1'}
              - {name: HANDLER, value: hello.js}
            """);

        var expanded = job.Expand(new("registry:5000/func:7", text => $"<{text}>"));

        Assert.AreEqual("localhost:5000/func:7", job.Image.ToString());
        Assert.AreEqual("https://example.com/a.git", ((TemplateSource.Git)job.Sources.Single()).Url);
        Assert.AreEqual("custom-source-0 build-and-push", string.Join(' ', expanded.Steps.Select(step => step["name"])));
        Assert.AreEqual("""["$(FUNCTION_TEMPLATE_DIR)/Dockerfile","/workspace"]""", expanded.Steps[0]["args"]?.ToJsonString());
        Assert.AreEqual("--dockerfile=Dockerfile --destination=registry:5000/func:7 --build-arg=IMAGE=<localhost:5000/base:1> --build-arg=HANDLER=hello.js", Arguments(expanded.Steps[1]));
    }

    [TestMethod, Timeout(60_000)]
    public void RunSeveralContainersInTheOrderOfWriting()
    {
        var job = Job("""
            sources:
            - {name: one, custom: {image: a}}
            - {name: two, targetPath: lib, subPath: src, git: {url: https://example.com/a.git}}
            - {name: three, custom: {image: b}}
            steps:
            - {name: push, image: gcr.io/kaniko-project/executor, args: ['--destination', '${KO_DOCKER_REPO}/x:${kontrakt.sourceReference}']}
            """);

        var expanded = job.Expand(new("registry:5000/x:abc", text => text));

        Assert.AreEqual("localhost:5000/demo/x:abc", job.Image.ToString());
        Assert.AreEqual("custom-source-one custom-source-three push", string.Join(' ', expanded.Steps.Select(step => step["name"])));
        Assert.AreEqual("--destination registry:5000/x:abc", Arguments(expanded.Steps[2]));
        Assert.AreEqual(("lib", "src"), (job.Sources.Single().Target, ((TemplateSource.Git)job.Sources.Single()).SubPath));
    }

    [TestMethod, Timeout(60_000)]
    public void PutTheirVariablesInPlaceOfTheTemplates()
    {
        using var folder = new TempFolder();
        var step = "{name: a, image: i, env: [{name: A, value: own}, {name: B, value: own}]}";
        var build = "template: {name: greet, arguments: [{name: DESTINATION, value: r/d}], env: [{name: B, value: 'to ${WHO}'}, {name: C, value: c}]}";

        var expanded = Job($"{build}", Samples.Template(step)).Expand(new("", text => text));

        Assert.AreEqual("""[{"name":"A","value":"own"},{"name":"B","value":"to world"},{"name":"C","value":"c"}]""", expanded.Steps.Single()["env"]?.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    public void WithTwoCustomKeysInOneMappingAreAnErrorThatSaysWhatToWrite()
    {
        var errors = Errors("""
            source:
              custom: {image: a}
              custom: {image: b}
            template: {name: function-template}
            """);

        StringAssert.StartsWith(errors, "KTR1048 (7,5) the mapping has the key 'custom' twice (first at line 6)");
        StringAssert.Contains(errors, "'sources:'");
    }

    [TestMethod, Timeout(60_000)]
    public void WithPipesAndVariablesThatNobodyReadsAreErrors()
    {
        var errors = Errors("""
            source:
              custom:
                image: echo
                args: ['-n', '${PACKAGES_CONTENT}', '|', base64, --decode, '>', '/workspace/${PACKAGES_FILE}']
                env: [{name: PACKAGES_CONTENT, value: YQ==}, {name: PACKAGES_FILE, value: packages.txt}]
            template: {name: image-template, arguments: [{name: DESTINATION, value: r/d}]}
            """);

        var lines = errors.Split('\n');
        StringAssert.StartsWith(lines[0], "KTR1046 (8,20) nothing replaces '${PACKAGES_CONTENT}' here");
        StringAssert.StartsWith(lines[1], "KTR1046 (8,71) nothing replaces '${PACKAGES_FILE}' here");
        StringAssert.StartsWith(lines[2], "KTR1047 (8,43) '|' is a word of a command that no shell reads");
        StringAssert.Contains(lines[3], "KTR1045 (10,20) the build template 'image-template'");
        StringAssert.Contains(lines[3], "needs a value for: BASE_IMAGE (The base image which this image is built from)");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("gcs: {type: Archive, location: 'gs://b/o'}", "KTR1050 (6,5) Kontrakt does not fetch a source 'gcs'.")]
    [DataRow("s3: {bucket: b}", "KTR1050 (6,5) Kontrakt does not fetch a source 's3'.")]
    [DataRow("gitt: {}", "KTR1040 (6,5) the build 'b' is not valid: a source has no field 'gitt' (did you mean 'git'?).")]
    [DataRow("name: x", "KTR1040 (6,5) the build 'b' is not valid: a source has neither 'git' nor 'custom'.")]
    [DataRow("git: {revision: x}", "KTR1040 (6,10) the build 'b' is not valid: 'git' has no 'url'.")]
    public void WithSourcesThatCannotBeHadAreErrors(string source, string expected)
    {
        var errors = Errors($"source:\n  {source}\ntemplate: {{name: function-template}}");

        StringAssert.StartsWith(errors, expected);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("template: {name: function-template}\nsteps: [{image: i}]", "it has a template and steps of its own; one of the two.")]
    [DataRow("sources: []", "it has neither a template nor steps.")]
    [DataRow("steps: [{image: i}]", "none of its steps says with --destination which image it pushes.")]
    [DataRow("steps: [{image: i}]\ntimeout: soon", "'soon' is not a timeout: it is not a duration such as 90s, 10m, 1h30m or 00:10:00; write a duration up to 24h, such as 10m.")]
    [DataRow("steps: [{image: i}]\nsteeps: []", "'spec' has no field 'steeps' (did you mean 'steps'?).")]
    public void ThatAreNotAsTheyMustBeAreErrors(string spec, string expected)
    {
        StringAssert.Contains(Errors(spec), $"the build 'b' is not valid: {expected}");
    }

    [TestMethod, Timeout(60_000)]
    public void GetCredentialsFromTheSecretsOfTheirServiceAccount()
    {
        var job = Job("""
            serviceAccountName: git-auth
            sources:
            - {name: a, git: {url: 'https://example.com/a.git'}}
            - {name: b, git: {url: 'git@example.org:b.git'}}
            - {name: c, git: {url: 'https://elsewhere.example.com/c.git'}}
            steps: [{image: executor, args: [--destination=r/x]}]
            """, """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: git-auth}
            secrets: [{name: basic}, {name: ssh}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: basic, annotations: {build.knative.dev/git-0: 'https://example.com'}}
            type: kubernetes.io/basic-auth
            data: {username: YWRh}
            stringData: {password: lovelace}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: ssh, annotations: {build.knative.dev/git-0: example.org}}
            type: kubernetes.io/ssh-auth
            stringData: {ssh-privatekey: key, known_hosts: hosts}
            """);

        var credentials = job.Sources.Select(source => ((TemplateSource.Git)source).Credentials).ToArray();

        CollectionAssert.AreEqual(new GitCredentials?[] { new GitCredentials.Basic("ada", "lovelace"), new GitCredentials.Ssh("key", "hosts"), null }, credentials);
    }

    [TestMethod, Timeout(60_000)]
    public void GiveTheirPodsTheNodesThatTheyName()
    {
        var job = Job("""
            nodeSelector: {disk: ssd}
            tolerations: [{key: builds, operator: Exists}]
            affinity: {nodeAffinity: {}}
            steps: [{image: executor, args: [--destination=r/x]}]
            """);

        var scheduling = job.Scheduling.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value.ToJson()?.ToJsonString()}");

        Assert.AreEqual("""affinity={"nodeAffinity":{}} nodeSelector={"disk":"ssd"} tolerations=[{"key":"builds","operator":"Exists"}]""", string.Join(' ', scheduling));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("nodeSelector: {disk: 1}", "KTR1040 (5,24) the build 'b' is not valid: the label 'disk' must be text; write \"1\", in quotes.")]
    [DataRow("affinity: []", "KTR1040 (5,13) the build 'b' is not valid: 'affinity' must be a mapping.")]
    public void WhoseNodesAreNotNamedAsTheyMustBeAreErrors(string scheduling, string expected)
    {
        Assert.AreEqual(expected, Errors($"{scheduling}\nsteps: [{{image: executor, args: [--destination=r/x]}}]"));
    }

    [TestMethod, Timeout(60_000)]
    public void AreLoggedInToTheRegistriesThatTheSecretsOfTheirServiceAccountName()
    {
        using var folder = new TempFolder();
        var file = BuildFile.Read(folder.Write("build.yaml", """
            apiVersion: build.knative.dev/v1alpha1
            kind: Build
            metadata: {name: b}
            spec: {serviceAccountName: pusher, steps: [{image: executor, args: [--destination=r/x]}]}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: pusher}
            secrets: [{name: login}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: login, annotations: {build.knative.dev/docker-0: 'https://registry.example.com', build.knative.dev/git-0: 'https://example.com'}}
            type: kubernetes.io/basic-auth
            stringData: {username: ada, password: lovelace}
            """));

        var config = RegistrySecrets.Read(file.Documents, "pusher");

        Assert.AreEqual("""{"auths":{"https://registry.example.com":{"auth":"AUTH"}}}""".Replace("AUTH", Convert.ToBase64String("ada:lovelace"u8), StringComparison.Ordinal), System.Text.Encoding.UTF8.GetString(config.GetValueOrDefault().Span));
        Assert.IsNull(RegistrySecrets.Read(file.Documents, null));
    }

    private static TemplateJob Job(string spec, string more = "")
    {
        using var folder = new TempFolder();
        var text = $"apiVersion: build.knative.dev/v1alpha1\nkind: Build\nmetadata: {{name: b}}\nspec:\n{string.Join('\n', spec.ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line))}\n";
        var file = BuildFile.Read(folder.Write("build.yaml", more.Length == 0 ? text : $"{text}---\n{more}\n"));
        return BuildJobs.For(file.Builds.Single(), TemplateCatalog.Read([]).With(file.Templates), GitSecrets.Read(file.Documents, file.Builds.Single().ServiceAccount), Globals, null);
    }

    private static string Errors(string spec) => Samples.Errors(() => Job(spec));

    private static string Arguments(JsonObject step) => string.Join(' ', (step["args"] as JsonArray ?? []).Select(argument => argument?.ToString()));
}
