using System.Text;
using Kontrakt.Oci.Model;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>Manifests, indexes and configs are read strictly and written the same each time.</summary>
[TestClass]
public sealed class Manifests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static ManifestContent Content(string mediaType, string json) => new(mediaType, Encoding.UTF8.GetBytes(json));

    [TestMethod]
    [DataRow(MediaTypes.OciManifest)]
    [DataRow(MediaTypes.DockerManifest)]
    public void RoundTripAManifest(string mediaType)
    {
        var manifest = new ImageManifest
        {
            MediaType = mediaType,
            Config = Blob([1], MediaTypes.OciConfig),
            Layers = [Blob([2]), Blob([3]) with { Urls = ["https://a.b/c"], Annotations = new Dictionary<string, string> { ["k"] = "v+ü" } }],
            Annotations = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
            Subject = Blob([4], MediaTypes.OciManifest),
        };

        var content = manifest.ToContent();
        var read = ImageManifest.Parse(content);

        Assert.AreEqual(content.Digest, read.ToContent().Digest);
        Assert.AreEqual(manifest.Config, read.Config);
        Assert.AreEqual(manifest.Subject, read.Subject);
        Assert.AreEqual("v+ü", read.Layers[1].Annotations!["k"]);
        StringAssert.Contains(Encoding.UTF8.GetString(content.Bytes.Span), "\"a\":\"1\",\"b\":\"2\"");
    }

    [TestMethod]
    public void RoundTripAnIndexAndFindAPlatform()
    {
        var index = new ImageIndex
        {
            Manifests =
            [
                Blob([1], MediaTypes.OciManifest) with { Platform = new("linux", "amd64") },
                Blob([2], MediaTypes.OciManifest) with { Platform = new("linux", "arm64", "v8") },
            ],
        };

        var read = ImageIndex.Parse(index.ToContent());

        Assert.AreEqual(index.Manifests[1].Digest, read.Find(new("linux", "arm64"))?.Digest);
        Assert.AreEqual("linux/arm64/v8", read.Find(new("linux", "arm64", "v8"))?.Platform?.ToString());
        Assert.IsNull(read.Find(new("linux", "arm64", "v7")));
        Assert.IsNull(read.Find(new("windows", "amd64")));
    }

    [TestMethod]
    [DataRow("{", "this is not")]
    [DataRow("[]", "JSON object")]
    [DataRow("{\"schemaVersion\":1}", "schemaVersion 2")]
    [DataRow("{\"schemaVersion\":2,\"layers\":[]}", "no config")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"" + Digest + "\",\"size\":1}}", "no list 'layers'")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"digest\":\"" + Digest + "\",\"size\":1},\"layers\":[]}", "'config' has no mediaType")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"sha256:1\",\"size\":1},\"layers\":[]}", "'config' has no valid digest")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"" + Digest + "\",\"size\":-1},\"layers\":[]}", "'config' has no valid size")]
    [DataRow("{\"schemaVersion\":2,\"layers\":[],\"layers\":[]}", "this is not")]
    public void SayWhatIsWrong(string json, string problem)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => ImageManifest.Parse(Content(MediaTypes.OciManifest, json)));

        StringAssert.Contains(error.Message, problem);
    }

    [TestMethod]
    public void AreNotTakenForEachOther()
    {
        var index = new ImageIndex { Manifests = [] }.ToContent();

        Assert.ThrowsExactly<FormatException>(() => ImageManifest.Parse(index));
    }

    [TestMethod]
    public void RoundTripAConfig()
    {
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = "arm64",
            Variant = "v8",
            Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Environment = ["PATH=/usr/bin", "A=b=c"],
            Entrypoint = ["dotnet", "/app/a.dll"],
            Command = ["--x"],
            User = "1654",
            WorkingDirectory = "/app",
            ExposedPorts = ["8080/tcp"],
            Labels = new Dictionary<string, string> { ["l"] = "1" },
            DiffIds = [Names.Digest.Parse(Digest)],
            History = [new() { CreatedBy = "kontrakt" }, new() { EmptyLayer = true }],
        };

        var read = ImageConfig.Parse(config.ToBytes());

        CollectionAssert.AreEqual(config.ToBytes(), read.ToBytes());
        Assert.AreEqual("b=c", read.Variable("A"));
        Assert.IsNull(read.Variable("B"));
        Assert.AreEqual("linux/arm64/v8", read.Platform.ToString());
        Assert.AreEqual(config.Created, read.Created);
        Assert.IsTrue(read.History![1].EmptyLayer);
    }

    [TestMethod]
    public void ReadDockersNulls()
    {
        var json = """{"architecture":"amd64","os":"linux","created":"2020-01-01T00:00:00.123456789Z","config":{"Env":null,"Cmd":null,"Labels":null,"User":""},"rootfs":{"type":"layers","diff_ids":null}}""";

        var config = ImageConfig.Parse(Encoding.UTF8.GetBytes(json));

        Assert.IsNull(config.Environment);
        Assert.IsEmpty(config.DiffIds);
        Assert.AreEqual(2020, config.Created?.Year);
    }
}
