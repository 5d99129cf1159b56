using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Images.Attestations;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Runs;
using Kontrakt.Tests;

namespace Tool.Tests.Attestations;

/// <summary>A run that passed attests its targets: in a registry with the referrers API (the engine's) and in one without (docker-registry).</summary>
[TestClass]
public sealed class Attesting
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine"), DataRow("cluster")]
    public async Task IsReadBackByVerifyAndByOthers(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var folder = new TempFolder();
        var (privateFile, publicFile) = KeyFiles.Make(folder, "mine");
        Write(folder, place.Image);
        var repository = $"{ImageReference.Parse(place.Image).Registry}/attested-{Guid.NewGuid():N}";
        string[] push = ["--push-repository", repository];
        var image = $"{repository}/kontrakt-tests/busybox:r";

        await place.RunAsync(0, folder.At("."), push);
        var before = await VerifyAsync(1, image);
        var run = await place.RunAsync(0, folder.At("."), [.. push, "--attest", "--attestation-key", privateFile]);
        var after = await VerifyAsync(0, image, "--key", publicFile);
        var wrongKey = await VerifyAsync(1, image, "--key", KeyFiles.Make(folder, "other").Public);

        Assert.Contains("error KTR2160", before.Error);
        Assert.Contains("attested ", run);
        Assert.AreEqual($"{image}@{ImageReference.Parse(place.Image).Digest}\n", after.Output);
        Assert.Contains("its contract held in run ", after.Error);
        Assert.Contains("shop-kontrakt", after.Error);
        Assert.Contains("it is signed by another key", wrongKey.Error);
        var attestation = RunStore.Open(folder.At("obj/kontrakt"), null, RunStep.Discover).Record.Attestations.Single();
        await OthersReadAsync(where, folder, attestation, publicFile);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task IsNotRepeatedForAVerdictThatStands()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = new TempFolder();
        Write(folder, place.Image);
        string[] attest = ["--push-repository", $"{ImageReference.Parse(place.Image).Registry}/once", "--attest"];

        var first = await place.RunAsync(0, folder.At("."), attest);
        var second = await place.RunAsync(0, folder.At("."), [.. attest, "-v"]);

        Assert.Contains("attested ", first);
        Assert.Contains("not signed", first);
        Assert.Contains("is attested already", second);
    }

    /// <summary>Two parts of one suite, each in a run of its own, and then once more with verdicts that stand.</summary>
    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task InPartsIsDemandedAsAWhole()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = new TempFolder();
        Write(folder, place.Image);
        Write(folder, place.Image, "stock-kontrakt");
        var repository = $"{ImageReference.Parse(place.Image).Registry}/parts";
        string[] attest = ["--push-repository", repository, "--attest", "-v"];
        var image = $"{repository}/kontrakt-tests/busybox:r";

        await place.RunAsync(0, folder.At("."), [.. attest, "--filter", "shop-kontrakt"]);
        var half = await VerifyAsync(1, image, "--kontrakt", "shop-kontrakt", "--kontrakt", "stock-kontrakt");
        await place.RunAsync(0, folder.At("."), [.. attest, "--filter", "stock-kontrakt"]);
        var again = await place.RunAsync(0, folder.At("."), [.. attest, "--filter", "shop-kontrakt"]);
        var whole = await VerifyAsync(0, image, "--kontrakt", "shop-kontrakt", "--kontrakt", "stock-kontrakt");

        Assert.Contains("error KTR2163", half.Error);
        Assert.Contains("'stock-kontrakt' is not among them", half.Error);
        Assert.Contains("is attested already", again);
        Assert.Contains(": shop-kontrakt", whole.Error);
        Assert.Contains(": stock-kontrakt", whole.Error);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task WithAWrongKeyIsAnErrorBeforeAnythingRuns()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = new TempFolder();
        Write(folder, place.Image);
        var key = folder.Write("key.pem", "a secret that is no key");

        var run = await place.RunAsync(2, folder.At("."), "--push-repository", $"{ImageReference.Parse(place.Image).Registry}/never", "--attest", "--attestation-key", key);

        Assert.Contains("error KTR1163", run);
        Assert.DoesNotContain("a secret", run);
        Assert.DoesNotContain("namespace", run);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("KTR1018", "not an image")]
    [DataRow("KTR1163", "localhost:1/x", "--key", "no-such-file")]
    [DataRow("KTR2001", "localhost:1/x")]
    public async Task IsNotVerifiedOf(string code, params string[] arguments)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync(["verify", .. arguments]);

        Assert.AreNotEqual(0, exitCode);
        Assert.AreEqual("", output);
        Assert.Contains($"error {code}", error);
    }

    private static void Write(TempFolder folder, string image, string kontrakt = "shop-kontrakt")
    {
        Directory.CreateDirectory(folder.At(kontrakt));
        folder.Write($"{kontrakt}/pods.yaml", string.Join("---\n", new[] { ("smoke", "test", "[\"true\"]"), ("service", "target", "[sleep, \"1000\"]") }.Select(pod => $"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: {pod.Item1}
              labels:
                kontrakt: {pod.Item2}
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: {image}
                  command: {pod.Item3}

            """)));
    }

    /// <summary>skopeo finds it where others look, and openssl verifies it.</summary>
    private async Task OthersReadAsync(string where, TempFolder folder, RunAttestation attestation, string publicFile)
    {
        if (!File.Exists("/usr/bin/skopeo"))
            Assert.Inconclusive("skipped: skopeo is not installed");
        var image = ImageReference.Parse(attestation.Image);
        if (where == "cluster")
        {
            var list = await SkopeoAsync($"{image.Name}:sha256-{image.Digest?.Hex}");
            Assert.AreEqual(attestation.Referrer, list["manifests"]?[0]?["digest"]?.ToString());
            Assert.AreEqual(DsseEnvelope.MediaType, list["manifests"]?[0]?["artifactType"]?.ToString());
        }
        var manifest = await SkopeoAsync($"{image.Name}@{attestation.Referrer}");
        Assert.AreEqual(image.Digest.ToString(), manifest["subject"]?["digest"]?.ToString());

        using var client = Registries.Client();
        var layer = Digest.Parse(manifest["layers"]?[0]?["digest"]?.ToString() ?? "");
        var bytes = await client.ReadAsync(image, new(DsseEnvelope.MediaType, layer, (long)manifest["layers"]![0]!["size"]!));
        var envelope = JsonNode.Parse(bytes)!;
        var statement = JsonNode.Parse(Convert.FromBase64String(envelope["payload"]!.ToString()))!;
        Assert.AreEqual("https://in-toto.io/Statement/v1", statement["_type"]?.ToString());
        Assert.AreEqual(image.Digest?.Hex, statement["subject"]?[0]?["digest"]?["sha256"]?.ToString());
        Assert.AreEqual("r", statement["predicate"]?["source"]?["reference"]?.ToString());
        Assert.Contains(where == "engine" ? "embedded engine " : "Kubernetes v", statement["predicate"]?["cluster"]?["kind"]?.ToString() ?? "");
        await Keys.OpensslVerifiesAsync(folder, publicFile, JsonSerializer.Deserialize<DsseEnvelope>(bytes, JsonSerializerOptions.Web)!, "Verified OK", TestContext.CancellationToken);
    }

    private async Task<JsonNode> SkopeoAsync(string reference)
    {
        var outcome = await ToolProcess.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{reference}"], Path.GetTempPath(), new Dictionary<string, string>(), TestContext.CancellationToken);
        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        return JsonNode.Parse(outcome.Output)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> VerifyAsync(int expected, params string[] arguments)
    {
        var outcome = await CommandLines.RunAsync(["verify", .. arguments]);
        Assert.AreEqual(expected, outcome.ExitCode, outcome.Error);
        return outcome;
    }
}
