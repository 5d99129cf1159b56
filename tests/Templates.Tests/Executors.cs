using System.Text.Json.Nodes;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates.Running;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Templates.Tests;

/// <summary>What a step that runs Kaniko gets besides what the template says.</summary>
[TestClass]
public sealed class Executors
{
    private static readonly BuildNames Names = new("localhost:5000/demo", "node:5000/demo", "registry:5000/demo", ["plain.example.com"]);

    private static readonly KontraktSettings Settings = new() { Directory = "/", RunsDirectory = "/", KanikoExecutor = "localhost:5000/demo/executor:1", KanikoArgs = ["--cache"], RegistryMirrors = ["mirror.example.com"] };

    [TestMethod, Timeout(60_000)]
    public void AreThoseOfTheSettingsWithWhatTheyNeed()
    {
        var step = Complete("""{"name":"a","image":"gcr.io/kaniko-project/executor:v0.3.0","args":["--destination=d"]}""");

        Assert.AreEqual("node:5000/demo/executor:1", step["image"]?.ToString());
        Assert.AreEqual("--destination=d --digest-file=/dev/termination-log --context=dir:///kaniko/kontrakt/context --force --insecure-registry=registry:5000 --insecure-registry=plain.example.com --registry-mirror=mirror.example.com --cache",
            string.Join(' ', step["args"]!.AsArray().Select(argument => argument?.ToString())));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("localhost:5000/other/base:1", "--registry-map=localhost:5000=registry:5000")]
    [DataRow("registry:5000/other/base:1", "")]
    [DataRow("alpine", "")]
    public void AreToldWhereTheImagesAreThatTheDockerfileNames(string image, string expected)
    {
        var step = Complete("""{"image":"gcr.io/kaniko-project/executor","args":["--destination=d"]}""", image);

        Assert.AreEqual(expected, string.Join(' ', step["args"]!.AsArray().Select(argument => argument!.ToString()).Where(argument => argument.StartsWith("--registry-map", StringComparison.Ordinal))));
    }

    [TestMethod, Timeout(60_000)]
    public void KeepWhatTheTemplateSays()
    {
        var step = Complete("""{"image":"gcr.io/kaniko-project/executor:debug","args":["--context=dir:///workspace/sub","--digest-file","/dev/termination-log"]}""");

        Assert.AreEqual("--context=dir:///kaniko/kontrakt/context/sub --digest-file /dev/termination-log", string.Join(' ', step["args"]!.AsArray().Take(3).Select(argument => argument?.ToString())));
        Assert.IsFalse(step["args"]!.AsArray().Skip(3).Any(argument => argument!.ToString().StartsWith("--context", StringComparison.Ordinal) || argument.ToString().StartsWith("--digest-file", StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    public void HaveTheWorkspaceWhereNoDockerfileLooksButSayToItWhatTheTemplateSays()
    {
        var step = Complete("""{"image":"gcr.io/kaniko-project/executor","args":["-f","/workspace/Dockerfile","--build-arg=AT=/workspace/x","--build-arg","/workspace","--workspaces=/workspaces"]}""");

        Assert.AreEqual("-f /kaniko/kontrakt/context/Dockerfile --build-arg=AT=/workspace/x --build-arg /workspace --workspaces=/workspaces", string.Join(' ', step["args"]!.AsArray().Take(6).Select(argument => argument?.ToString())));
        Assert.AreEqual("/kaniko/kontrakt/context", step["workingDir"]?.ToString());
        Assert.AreEqual("""[{"name":"workspace","mountPath":"/kaniko/kontrakt/context"},{"name":"home","mountPath":"/kaniko/kontrakt/home"}]""", step["volumeMounts"]?.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("busybox", "busybox")]
    [DataRow("localhost:5000/demo/tool:1", "node:5000/demo/tool:1")]
    public void AreNotOtherSteps(string image, string expected)
    {
        var step = Complete($$"""{"image":"{{image}}","args":["a"]}""");

        Assert.AreEqual($$"""{"image":"{{expected}}","args":["a"]}""", step.ToJsonString());
    }

    private static JsonObject Complete(string step, string? below = null) =>
        KanikoSteps.Complete(JsonNode.Parse(step)!.AsObject(), ImageReference.Parse("localhost:5000/demo/x:1"), new(Names, below is null ? [] : [ImageReference.Parse(below)], new Dictionary<string, string>()), Settings);
}
