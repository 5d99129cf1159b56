using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Tests;

/// <summary>Image references are parsed strictly and completed like docker's.</summary>
[TestClass]
public sealed class References
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestMethod]
    [DataRow("nginx", "docker.io", "library/nginx", null)]
    [DataRow("nginx:1.27", "docker.io", "library/nginx", "1.27")]
    [DataRow("bitnami/redis", "docker.io", "bitnami/redis", null)]
    [DataRow("docker.io/nginx", "docker.io", "library/nginx", null)]
    [DataRow("index.docker.io/bitnami/redis:7", "docker.io", "bitnami/redis", "7")]
    [DataRow("localhost/app", "localhost", "app", null)]
    [DataRow("localhost:5000/demo/app:1", "localhost:5000", "demo/app", "1")]
    [DataRow("Registry.Example.COM/a", "registry.example.com", "a", null)]
    [DataRow("127.0.0.1:5000/a/b/c:d_e-f.G", "127.0.0.1:5000", "a/b/c", "d_e-f.G")]
    [DataRow("[::1]:5000/app:1", "[::1]:5000", "app", "1")]
    [DataRow("[2001:db8::1]/app", "[2001:db8::1]", "app", null)]
    [DataRow("host:5000/a_b/c__d/e---f/g.h", "host:5000", "a_b/c__d/e---f/g.h", null)]
    [DataRow("a.b/c:latest", "a.b", "c", "latest")]
    public void CompletesWhatIsShort(string text, string registry, string repository, string? tag)
    {
        var reference = ImageReference.Parse(text);

        Assert.AreEqual((registry, repository, tag), (reference.Registry, reference.Repository, reference.Tag));
        Assert.AreEqual(reference, ImageReference.Parse(reference.ToString()));
    }

    [TestMethod]
    public void TakesTagAndDigest()
    {
        var reference = ImageReference.Parse($"localhost:5000/a:1@sha256:{Hex}");

        Assert.AreEqual("1", reference.Tag);
        Assert.AreEqual($"sha256:{Hex}", reference.Digest.ToString());
        Assert.AreEqual($"localhost:5000/a:1@sha256:{Hex}", reference.ToString());
        Assert.AreEqual($"sha256:{Hex}", reference.TagOrDigest);
    }

    [TestMethod]
    [DataRow("", "empty")]
    [DataRow("a b", "a space at character 2")]
    [DataRow("é", "U+00E9 at character 1")]
    [DataRow("https://a.b/c", "no scheme")]
    [DataRow("/a", "begins with '/'")]
    [DataRow("a//b", "empty part at character 3")]
    [DataRow("a/", "empty part at character 3")]
    [DataRow("Nginx", "lower case, and 'N' is at character 1")]
    [DataRow("localhost:5000/Demo", "'D' is at character 16")]
    [DataRow("a.b/c..d", "'..' at character 6")]
    [DataRow("a.b/c___d", "'___' at character 6")]
    [DataRow("a.b/-c", "begins or ends with a separator at character 5")]
    [DataRow("a.b/c_", "begins or ends with a separator at character 6")]
    [DataRow("a:", "tag after ':' at character 2 is empty")]
    [DataRow("a:.b", "begins with '.'")]
    [DataRow("a:b+c", "'+' at character 4")]
    [DataRow("a.b:0/c", "port")]
    [DataRow("a.b:70000/c", "port")]
    [DataRow("a.b:x/c", "port")]
    [DataRow("a.b:/c", "port")]
    [DataRow("-a.b/c", "'-a'")]
    [DataRow("a..b/c", "host name")]
    [DataRow("[::1/c", "IPv6")]
    [DataRow("[zz]:1/c", "IPv6")]
    [DataRow("[::1]x/c", "port")]
    [DataRow("a@sha256:12", "not a digest")]
    [DataRow("a@", "not a digest")]
    [DataRow("a$b", "'$' at character 2")]
    [DataRow(Hex, "image id")]
    [DataRow("./app", "relative path")]
    [DataRow("${KO_DOCKER_REPO}/app", "'$' at character 1")]
    public void SaysWhatIsWrongAndWhere(string text, string problem)
    {
        var parsed = ImageReference.TryParse(text, out var reference, out var said);

        Assert.IsFalse(parsed, reference?.ToString());
        StringAssert.Contains(said, problem);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ImageReference.Parse(text)).Message, text);
    }

    [TestMethod]
    public void LimitsTheNameTo255Characters()
    {
        var longest = "a.b/" + new string('c', 251);

        Assert.IsTrue(ImageReference.TryParse(longest, out _, out _));
        Assert.IsFalse(ImageReference.TryParse(longest + "c", out _, out var problem));
        StringAssert.Contains(problem, "256");
    }

    [TestMethod]
    [DataRow("v1.2.3_x-Y", true)]
    [DataRow("_a", true)]
    [DataRow("", false)]
    [DataRow("-a", false)]
    [DataRow("a/b", false)]
    [DataRow("a:b", false)]
    [DataRow("ä", false)]
    public void KnowsTags(string tag, bool valid) => Assert.AreEqual(valid, ImageReference.IsValidTag(tag));

    [TestMethod]
    public void LimitsTagsTo128Characters()
    {
        Assert.IsTrue(ImageReference.IsValidTag(new('a', 128)));
        Assert.IsFalse(ImageReference.IsValidTag(new('a', 129)));
    }

    [TestMethod]
    [DataRow("sha256:" + Hex, true)]
    [DataRow("sha512:" + Hex + Hex, true)]
    [DataRow("sha256:" + Hex + "0", false)]
    [DataRow("sha256:ABCDEF6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [DataRow("md5:" + Hex, false)]
    [DataRow(null, false)]
    public void KnowsDigests(string? text, bool valid) => Assert.AreEqual(valid, Digest.TryParse(text, out _));
}
