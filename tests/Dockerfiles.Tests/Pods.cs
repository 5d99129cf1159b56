using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>What a build asks of a cluster: cases/pod.json is the whole of it.</summary>
[TestClass]
public sealed class Pods
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly KontraktSettings Settings = new() { Directory = "/repo", RunsDirectory = "/repo/obj/kontrakt", RegistryMirrors = ["mirror.example.com:5000"], KanikoArgs = ["--verbosity=debug"] };
    private static readonly BuildNames Names = new("localhost:5000/demo", "registry:5000/demo", "10.0.0.1:5000/demo", []);
    private static readonly ImageReference Image = ImageReference.Parse("localhost:5000/demo/web:v1");

    private static readonly ImageSource.Dockerfile Build = new("/repo/web/docker/Dockerfile", "/repo/web", "final", "linux/arm64")
    {
        Name = "web",
        BuildArgs = new Dictionary<string, string> { ["B"] = "two $(words) $$", ["A"] = "1" },
        Labels = new Dictionary<string, string> { ["l"] = "x" },
        Cache = true,
        Secrets = new Dictionary<string, string> { ["token"] = "env:TOKEN", ["other"] = "/a/file" },
    };

    [TestMethod]
    public void HaveAsFewRightsAsBuildingTakes()
    {
        var pod = Plan(hasCredentials: true).Pod();

        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", "pod.json"));
        Assert.AreEqual(expected.ReplaceLineEndings("\n").TrimEnd(), pod.Json.ToJsonString(Indented).ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void WithoutCredentialsHaveNoSecret()
    {
        var pod = Plan(hasCredentials: false).Pod().Json.ToJsonString();

        Assert.DoesNotContain("secretName", pod);
        Assert.DoesNotContain("DOCKER_CONFIG", pod);
    }

    [TestMethod]
    public void HaveFilesBesideTheContextAndRunWhereTheyAreTold()
    {
        var request = Request(null) with
        {
            Files = new Dictionary<string, string> { ["Dockerfile"] = "FROM scratch\n" },
            Scheduling = new Dictionary<string, JsonNode?> { ["nodeSelector"] = new JsonObject { ["disk"] = "ssd" } },
        };

        var pod = (Plan(hasCredentials: false) with { Request = request }).Pod();

        Assert.AreEqual("FROM scratch\n", pod.Annotations["kontrakt/file-0"]);
        var spec = pod.Json["spec"]?.ToJsonString() ?? "";
        Assert.Contains("""{"name":"files","downwardAPI":{"items":[{"path":"Dockerfile","fieldRef":{"fieldPath":"metadata.annotations['kontrakt/file-0']"}}]}}""", System.Text.RegularExpressions.Regex.Unescape(spec));
        Assert.Contains("""{"name":"files","mountPath":"/kaniko/kontrakt/files"}""", spec);
        Assert.Contains("""nodeSelector":{"disk":"ssd"}""", spec);
    }

    [TestMethod]
    public void KeepWhatAStepSaysItself()
    {
        var step = new JsonObject
        {
            ["name"] = "mine",
            ["image"] = "tool",
            ["workingDir"] = "/else",
            ["securityContext"] = new JsonObject { ["runAsUser"] = 1000 },
            ["env"] = new JsonArray(new JsonObject { ["name"] = "HOME", ["value"] = "/me" }),
        };

        var plan = Plan(hasCredentials: false) with { Request = Request(null) with { Steps = [step, new JsonObject { ["image"] = "last" }] } };

        Assert.AreEqual("mine step-2", string.Join(' ', plan.Steps));
        var made = plan.Pod().Items("spec", "initContainers").Single();
        Assert.AreEqual(("/else", "1000", 1), (made["workingDir"]?.ToString(), made["securityContext"]?["runAsUser"]?.ToString(), (made["env"] as JsonArray)?.Count));
        Assert.IsFalse(step.ContainsKey("volumeMounts"), "what was given stays as it was");
    }

    [TestMethod]
    public void GiveKanikoThePodsNamesOfRegistries()
    {
        var bases = new[] { "localhost:5000/base:1", "alpine" }.Select(ImageReference.Parse).ToList();

        var arguments = KanikoStep.Arguments(Planned(), Image, new(Names, bases, new Dictionary<string, string>()), Settings);

        CollectionAssert.AreEqual(new[]
        {
            "--context=dir:///kaniko/kontrakt/context", "--dockerfile=/kaniko/kontrakt/context/docker/Dockerfile", "--destination=10.0.0.1:5000/demo/web:v1", "--digest-file=/dev/termination-log",
            "--force", "--ignore-var-run=false", "--target=final", "--custom-platform=linux/arm64", "--build-arg=A=1", "--build-arg=B=two $$(words) $$$$", "--label=l=x", "--secret=id=token,type=file,src=/kaniko/kontrakt/secrets/token",
            "--cache=true", "--cache-repo=10.0.0.1:5000/demo/web-cache", "--insecure-registry=10.0.0.1:5000", "--registry-mirror=mirror.example.com:5000",
            "--registry-map=localhost:5000=10.0.0.1:5000", "--verbosity=debug",
        }, arguments.ToArray());
    }

    [TestMethod]
    public void MapRegistriesWhoseImagesWereCopied()
    {
        var registries = new KanikoRegistries(Names, [ImageReference.Parse("alpine:3"), ImageReference.Parse("localhost:6000/x")],
            new Dictionary<string, string> { ["docker.io"] = "10.0.0.1:5000/demo/bases/docker.io", ["localhost:6000"] = "10.0.0.1:5000/demo/bases/localhost-6000" });

        var maps = KanikoStep.Arguments(Planned(), Image, registries, Settings).Where(argument => argument.StartsWith("--registry-map", StringComparison.Ordinal));

        Assert.AreEqual("--registry-map=index.docker.io=10.0.0.1:5000/demo/bases/docker.io --registry-map=localhost:6000=10.0.0.1:5000/demo/bases/localhost-6000", string.Join(' ', maps));
    }

    /// <summary>Commands of a Dockerfile do not have what the executor has; an argument of the build's own takes precedence, in both spellings.</summary>
    [TestMethod]
    public void GiveCommandsTheProxyOfTheEngine()
    {
        var plan = Planned();
        plan = plan with { Arguments = new Dictionary<string, string>(plan.Arguments) { ["https_proxy"] = "http://mine:1" } };
        string Proxies(BuildNames names) => string.Join(' ', KanikoStep.Arguments(plan, Image, new(names, [], new Dictionary<string, string>()), Settings).Where(argument => argument.Contains("_proxy", StringComparison.OrdinalIgnoreCase)));

        Assert.AreEqual("--build-arg=https_proxy=http://mine:1", Proxies(Names));
        Assert.AreEqual("--build-arg=https_proxy=http://mine:1 --build-arg=HTTP_PROXY=$(HTTP_PROXY) --build-arg=NO_PROXY=$(NO_PROXY) --build-arg=http_proxy=$(http_proxy) --build-arg=no_proxy=$(no_proxy)",
            Proxies(Names with { HasProxy = true }));
    }

    [TestMethod]
    [DataRow("localhost:5000/demo")]
    [DataRow("127.0.0.1:5000/demo")]
    [DataRow("[::1]:5000/demo")]
    [DataRow("registry.localhost/demo")]
    public void NeverPushToThemselves(string repository)
    {
        var names = new BuildNames(repository, repository, repository, []);

        var problem = Assert.ThrowsExactly<KontraktException>(() => names.InPods(ImageReference.Parse($"{repository}/web"), null)).Diagnostics.Single();

        Assert.AreEqual("KTR2019", problem.Code);
    }

    [TestMethod]
    [DataRow("host: \"localhost:5000\"\nhostFromClusterNetwork: \"registry:5000\"", "registry:5000/demo")]
    [DataRow("host: \"localhost:5001\"\nhostFromClusterNetwork: \"registry:5000\"", null, DisplayName = "another registry")]
    [DataRow("host: \"localhost:5000\"", null)]
    [DataRow("- [", null)]
    [DataRow("", null)]
    public void AreToldTheirNameOfTheRegistryByTheCluster(string text, string? expected)
    {
        Assert.AreEqual(expected, BuildNamesLookup.Read(text, "localhost:5000/demo"));
    }

    [TestMethod]
    public void HaveSecretsInASecretOfTheirOwnAndNowhereElse()
    {
        var plan = Plan(hasCredentials: true);
        plan = plan with { Request = plan.Request with { Secrets = new Dictionary<string, byte[]> { ["token"] = "a-secret-word"u8.ToArray() } } };

        var (pod, secret) = (plan.Pod(), plan.Secret("{}"u8));

        Assert.AreEqual($$"""{"config.json":"e30=","secret.token":"{{Convert.ToBase64String("a-secret-word"u8)}}"}""", secret?.Json["data"]?.ToJsonString());
        var spec = pod.Json.ToJsonString();
        Assert.Contains("""{"name":"credentials","secret":{"secretName":"build-web-x7k2qp","defaultMode":292,"items":[{"key":"config.json","path":"config.json"}]}}""", spec);
        Assert.Contains("""{"name":"secrets","secret":{"secretName":"build-web-x7k2qp","defaultMode":292,"items":[{"key":"secret.token","path":"token"}]}}""", spec);
        Assert.Contains("""{"name":"secrets","mountPath":"/kaniko/kontrakt/secrets","readOnly":true}""", spec);
        Assert.DoesNotContain("a-secret-word", spec);
    }

    private static KanikoBuild Planned() => KanikoBuild.Plan(Build, "FROM scratch AS unused\nFROM scratch AS final\nRUN --mount=type=secret,id=token x\n", Settings);

    private static BuildPodPlan Plan(bool hasCredentials) => new()
    {
        PodName = "build-web-x7k2qp",
        RunId = "20261121-053412-x7k2q",
        Request = Request(ImageReference.Parse($"localhost:5000/demo/web-context:latest@{Digest}")),
        Names = Names,
        Requests = Settings.BuildRequests,
        Deadline = TimeSpan.FromSeconds(1230),
        HasCredentials = hasCredentials,
    };

    private static BuildPodRequest Request(ImageReference? context) => new()
    {
        Name = "web",
        Image = Image,
        Context = context,
        Source = Build.File,
        Steps = [KanikoStep.For(Planned(), Image, new(Names, [], new Dictionary<string, string>()), Settings)],
    };
}
