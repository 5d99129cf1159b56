using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Attestations;
using Kontrakt.Tests;

namespace Tool.Tests.Attestations;

/// <summary>Keys that sign and verify, and signatures that others understand.</summary>
[TestClass]
public sealed class Keys
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task SignWhatOpensslVerifies()
    {
        using var folder = new TempFolder();
        var (privateFile, publicFile) = KeyFiles.Make(folder, "mine");
        using var key = AttestationKey.Private(privateFile, "test");

        var envelope = DsseEnvelope.Sign(ContractStatement.MediaType, Encoding.UTF8.GetBytes("{\"ü\":1}"), key);

        await OpensslVerifiesAsync(folder, publicFile, envelope, "Verified OK", TestContext.CancellationToken);
        await OpensslVerifiesAsync(folder, publicFile, envelope with { Payload = [.. "{}"u8] }, "Verification failure", TestContext.CancellationToken);
    }

    [TestMethod, Timeout(60_000)]
    public void VerifyOnlyWhatTheySigned()
    {
        using var folder = new TempFolder();
        using var mine = AttestationKey.Private(KeyFiles.Make(folder, "mine").Private, "test");
        using var other = AttestationKey.Public(KeyFiles.Make(folder, "other").Public, "test");
        using var minePublic = AttestationKey.Public(folder.At("mine.pub.pem"), "test");
        var envelope = DsseEnvelope.Parse(DsseEnvelope.Sign("a", [1, 2], mine).ToBytes());

        Assert.IsTrue(envelope.IsSignedBy(minePublic));
        Assert.AreEqual(mine.Id, minePublic.Id);
        Assert.IsFalse(envelope.IsSignedBy(other));
        Assert.IsFalse((envelope with { PayloadType = "b" }).IsSignedBy(minePublic), "another type");
        Assert.IsFalse((envelope with { Payload = [1, 3] }).IsSignedBy(minePublic), "another payload");
        Assert.IsFalse((envelope with { Signatures = [] }).IsSignedBy(minePublic));
        Assert.IsFalse((envelope with { Signatures = [new([]), new([1, 2, 3])] }).IsSignedBy(minePublic), "garbage");
    }

    [TestMethod, Timeout(300_000)]
    [DataRow("absent")]
    [DataRow("garbage")]
    [DataRow("empty")]
    [DataRow("rsa")]
    [DataRow("P-384")]
    [DataRow("public")]
    [DataRow("password")]
    public void OfOtherKindsAreAnErrorThatTellsNothingOfThem(string kind)
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(kind == "P-384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var text = kind switch
        {
            "garbage" => "-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHNlY3JldA==\n-----END PRIVATE KEY-----\n",
            "empty" => "",
            "rsa" => rsa.ExportPkcs8PrivateKeyPem(),
            "public" => key.ExportSubjectPublicKeyInfoPem(),
            "password" => key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            _ => key.ExportECPrivateKeyPem(),
        };
        var file = kind == "absent" ? folder.At("no.pem") : folder.Write("key.pem", text);

        var error = Assert.ThrowsExactly<KontraktException>(() => AttestationKey.Private(file, "KontraktAttestationKey"));

        Assert.AreEqual("KTR1163", error.Diagnostics.Single().Code);
        foreach (var line in text.Split('\n').Where(line => line.Length > 8))
            Assert.DoesNotContain(line, error.ToString());
    }

    /// <summary>The signed bytes are put together here, and not by what made the signature.</summary>
    internal static async Task OpensslVerifiesAsync(TempFolder folder, string publicKey, DsseEnvelope envelope, string expected, CancellationToken cancellationToken)
    {
        if (!File.Exists("/usr/bin/openssl"))
            Assert.Inconclusive("skipped: openssl is not installed");
        var signed = folder.Write("signed", "");
        var head = $"DSSEv1 {Encoding.UTF8.GetByteCount(envelope.PayloadType)} {envelope.PayloadType} {envelope.Payload.Length} ";
        await File.WriteAllBytesAsync(signed, [.. Encoding.UTF8.GetBytes(head), .. envelope.Payload], cancellationToken);
        var signature = folder.Write("signature", "");
        await File.WriteAllBytesAsync(signature, envelope.Signatures.Single().Sig, cancellationToken);

        var outcome = await ToolProcess.RunAsync("openssl", ["dgst", "-sha256", "-verify", publicKey, "-signature", signature, signed], folder.At("."), new Dictionary<string, string>(), cancellationToken);

        Assert.Contains(expected, outcome.Output + outcome.Error, outcome.Log);
    }
}
