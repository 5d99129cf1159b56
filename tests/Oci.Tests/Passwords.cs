using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Tests;

/// <summary>What stands before '@' in an address is shown nowhere; what only looks like it is left as it is.</summary>
[TestClass]
public sealed class Passwords
{
    [TestMethod]
    [DataRow("the server https://me:s3cret@api.example:6443/x fails", "the server https://***@api.example:6443/x fails")]
    [DataRow("http://s3cret@github.example/a.git", "http://***@github.example/a.git")]
    [DataRow("'https://me:s3@cret@host'", "'https://***@host'")]
    [DataRow("ssh://git:s3cret@host/a", "ssh://***@host/a")]
    [DataRow("me:s3cret@registry.example/team is wrong", "***@registry.example/team is wrong")]
    [DataRow("proxy 'http://me:s3cret@proxy:3128/' answered 407", "proxy 'http://***@proxy:3128/' answered 407")]
    [DataRow("ssh://git@host/a", "ssh://git@host/a")]
    [DataRow("git@github.example:team/a", "git@github.example:team/a")]
    [DataRow("registry:5000/a:1@sha256:0123", "registry:5000/a:1@sha256:0123")]
    [DataRow("a:1@sha256:digest", "a:1@sha256:digest")]
    [DataRow("https://host/path?mail=a@c", "https://host/path?mail=a@c")]
    [DataRow(@"C:\a@b\c", @"C:\a@b\c")]
    [DataRow("noon: me@example", "noon: me@example")]
    public void AreNotInTexts(string text, string shown) => Assert.AreEqual(shown, AddressUser.Hide(text));

    [TestMethod]
    [DataRow("me:s3/cret@registry.example/team", "***@registry.example/team")]
    [DataRow("https://me:s3/cret@[bad", "https://***@[bad")]
    [DataRow("s3cret@registry", "***@registry")]
    [DataRow("registry/a@sha256:0123", "registry/a@sha256:0123")]
    [DataRow("registry/a", "registry/a")]
    public void AreNotInAddressesHoweverWrong(string address, string shown) => Assert.AreEqual(shown, AddressUser.HideIn(address));
}
