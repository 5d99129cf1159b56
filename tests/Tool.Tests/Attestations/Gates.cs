using Kontrakt.Diagnostics;
using Kontrakt.Images.Attestations;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Http;

namespace Tool.Tests.Attestations;

/// <summary>What kontrakt verify believes, and what it does not: a registry that lies, statements about something else, other people's keys, garbage.</summary>
[TestClass]
public sealed class Gates
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000)]
    public async Task LetPassWhatIsAttested()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement());

        var passed = await setting.CheckAsync(null);

        Assert.AreEqual(setting.Image.Digest, passed.Image.Digest);
        Assert.AreEqual("orders", passed.Contracts.Single().Kontrakts.Single().Name);
        Assert.IsFalse(passed.IsSigned);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LetPassByTagWhatTheKeySigned()
    {
        await using var setting = await GateSetting.MakeAsync();
        using var key = AttestationKey.Private(KeyFiles.Make(setting.Folder, "mine").Private, "test");
        await setting.AttestAsync(setting.Statement(), key);

        var passed = await ContractGate.CheckAsync(setting.Client, setting.Image.WithDigest(null).WithTag("1"), key, [], TestContext.CancellationToken);

        Assert.AreEqual(setting.Image.Digest, passed.Image.Digest);
        Assert.IsTrue(passed.IsSigned);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseWhatNobodyAttested()
    {
        await using var setting = await GateSetting.MakeAsync();

        Assert.AreEqual("KTR2160", (await setting.RefusedAsync(null)).Code);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseAnImageThatIsNotThere()
    {
        await using var setting = await GateSetting.MakeAsync();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ContractGate.CheckAsync(setting.Client, setting.Image.WithDigest(null).WithTag("none"), null, [], TestContext.CancellationToken));

        Assert.AreEqual("KTR2003", error.Diagnostics.Single().Code);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(false, "it is not signed")]
    [DataRow(true, "it is signed by another key")]
    public async Task RefuseWhatTheKeyDidNotSign(bool signed, string why)
    {
        await using var setting = await GateSetting.MakeAsync();
        using var mine = AttestationKey.Public(KeyFiles.Make(setting.Folder, "mine").Public, "test");
        using var other = AttestationKey.Private(KeyFiles.Make(setting.Folder, "other").Private, "test");
        await setting.AttestAsync(setting.Statement(), signed ? other : null);

        var refused = await setting.RefusedAsync(mine);

        Assert.AreEqual("KTR2161", refused.Code);
        Assert.Contains(why, refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseAStatementAboutAnotherImage()
    {
        await using var setting = await GateSetting.MakeAsync();
        var statement = setting.Statement();
        await setting.AttestAsync(statement with { Subject = [statement.Subject[0] with { Digest = new Dictionary<string, string> { ["sha256"] = new('0', 64) } }] });

        var refused = await setting.RefusedAsync(null);

        Assert.AreEqual("KTR2161", refused.Code);
        Assert.Contains("its statement is about sha256:0000", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseAListThatNamesAReferrerOfAnotherImage()
    {
        await using var setting = await GateSetting.MakeAsync();
        var other = await setting.MakeImageAsync("2");
        var referrer = await AttestationPusher.PushAsync(setting.Client, other, setting.Statement(), null, TestContext.CancellationToken);
        await setting.ListAsync(referrer);

        var refused = await setting.RefusedAsync(null);

        Assert.AreEqual("KTR2161", refused.Code);
        Assert.Contains($"it is about {other.Digest}", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(MediaTypes.OciEmpty, DisplayName = "that of its config, as oras 1.0 copies it")]
    [DataRow(null, DisplayName = "none")]
    public async Task LetPassWhatIsListedUnderAnotherType(string? listed)
    {
        await using var setting = await GateSetting.MakeAsync();
        var referrer = await setting.AttestAsync(setting.Statement());
        await setting.ListAsync(referrer with { ArtifactType = listed }, (await setting.NoteAsync()) with { ArtifactType = listed });

        var passed = await setting.CheckAsync(null);

        Assert.AreEqual("orders", passed.Contracts.Single().Kontrakts.Single().Name);
        Assert.IsEmpty(passed.Ignored);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseAListWhoseEntriesAreWrong()
    {
        await using var setting = await GateSetting.MakeAsync();
        var referrer = await setting.AttestAsync(setting.Statement());
        await setting.ListAsync(referrer with { Size = referrer.Size + 1 }, referrer with { Digest = Digest.Sha256([7]) });

        var refused = await setting.RefusedAsync(null);

        Assert.AreEqual("KTR2161", refused.Code);
        Assert.Contains($"{referrer.Size + 1} are listed", refused.Message);
        Assert.Contains(Digest.Sha256([7]).ToString(), refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseBytesThatAreNotWhatTheirDigestsSay()
    {
        await using var setting = await GateSetting.MakeAsync();
        var referrer = await setting.AttestAsync(setting.Statement());
        var manifest = ImageManifest.Parse(await setting.Client.GetManifestAsync(setting.Image.WithDigest(referrer.Digest), TestContext.CancellationToken));
        var layer = manifest.Layers.Single();
        setting.Registry.Blobs[layer.Digest.ToString()] = [.. setting.Registry.Blobs[layer.Digest.ToString()].Reverse()];

        Assert.AreEqual("KTR2161", (await setting.RefusedAsync(null)).Code);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("not JSON")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("""{"_type":"https://in-toto.io/Statement/v1","subject":null,"predicateType":"https://github.com/kontrakt/kontrakt/attestation/v1"}""")]
    [DataRow("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"https://github.com/kontrakt/kontrakt/attestation/v1","predicate":{"passed":true}}""")]
    public async Task RefuseGarbage(string text)
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.PushAsync(ContractStatement.MediaType, System.Text.Encoding.UTF8.GetBytes(text));
        await setting.PushAsync(DsseEnvelope.MediaType, System.Text.Encoding.UTF8.GetBytes(text));

        Assert.AreEqual("KTR2161", (await setting.RefusedAsync(null)).Code);
    }

    [TestMethod, Timeout(60_000)]
    public async Task PassOverGarbageBesideWhatIsGood()
    {
        await using var setting = await GateSetting.MakeAsync();
        using var key = AttestationKey.Private(KeyFiles.Make(setting.Folder, "mine").Private, "test");
        await setting.PushAsync(ContractStatement.MediaType, [.. "garbage"u8]);
        await setting.AttestAsync(setting.Statement(passed: false, minutes: 10));
        await setting.AttestAsync(setting.Statement(), key);

        var passed = await setting.CheckAsync(key);

        Assert.HasCount(2, passed.Ignored);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeaveStatementsOfOtherKindsAlone()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.PushAsync(ContractStatement.MediaType, System.Text.Encoding.UTF8.GetBytes("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}"""));

        Assert.AreEqual("KTR2160", (await setting.RefusedAsync(null)).Code);
    }

    [TestMethod, Timeout(60_000)]
    public async Task GoByTheNewest()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(passed: false));
        await setting.AttestAsync(setting.Statement(minutes: 1));
        Assert.AreEqual("orders", (await setting.CheckAsync(null)).Contracts[0].Kontrakts[0].Name);

        await setting.AttestAsync(setting.Statement(passed: false, minutes: 2));
        var refused = await setting.RefusedAsync(null);

        Assert.AreEqual("KTR2162", refused.Code);
        Assert.Contains("failed: orders", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseASumThatItsPartsContradict()
    {
        await using var setting = await GateSetting.MakeAsync();
        var failed = setting.Statement(passed: false);
        await setting.AttestAsync(failed with { Predicate = failed.Predicate with { Passed = true } });
        Assert.AreEqual("KTR2162", (await setting.RefusedAsync(null)).Code);

        var nothing = setting.Statement(minutes: 1);
        await setting.AttestAsync(nothing with { Predicate = nothing.Predicate with { Kontrakts = [] } });
        Assert.Contains("no kontrakt was run", (await setting.RefusedAsync(null)).Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task RefuseARegistryThatAnswersWithSomethingElse()
    {
        await using var setting = await GateSetting.MakeAsync(async context =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
                return false;
            await context.Response.WriteAsync("<html>");
            return true;
        });

        Assert.AreEqual("KTR2011", (await setting.RefusedAsync(null)).Code);
    }
}
