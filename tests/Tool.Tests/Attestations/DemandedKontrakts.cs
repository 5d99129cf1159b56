using Kontrakt.Diagnostics;
using Kontrakt.Images.Attestations;

namespace Tool.Tests.Attestations;

/// <summary>kontrakt verify --kontrakt: what must be attested, by whichever attestation is the newest to list it.</summary>
[TestClass]
public sealed class DemandedKontrakts
{
    [TestMethod, Timeout(60_000)]
    public async Task LetPassWhatTheNewestLists()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(kontrakts: ["orders", "billing"]));

        var passed = await setting.CheckAsync(null, "billing", "orders", "billing");

        Assert.HasCount(1, passed.Contracts);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LetPassWhatTheShardsOfARunListTogether()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(minutes: 1, kontrakts: ["orders"]));
        await setting.AttestAsync(setting.Statement(minutes: 2, kontrakts: ["billing"]));
        await setting.AttestAsync(setting.Statement(minutes: 3, kontrakts: ["stock"]));

        var passed = await setting.CheckAsync(null, "orders", "billing");

        CollectionAssert.AreEqual(new[] { "stock", "billing", "orders" }, passed.Contracts.Select(contract => contract.Kontrakts.Single().Name).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task NameAllThatAreMissingAtOnceAndWhatThereIs()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(kontrakts: ["stock", "orders"]));

        var refused = (await setting.RefusedAllAsync("billing", "orders", "", "ORDERS")).Single();

        Assert.AreEqual("KTR2163", refused.Code);
        foreach (var name in (string[])["'billing' is not among them", "'' is not among them", "'ORDERS' is not among them", "Attested are: orders, stock."])
            Assert.Contains(name, refused.Message);
        Assert.DoesNotContain("'orders'", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreDecidedByTheNewestThatListsThem()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(kontrakts: ["orders", "billing"]));
        await setting.AttestAsync(setting.Statement(passed: false, minutes: 1, kontrakts: ["orders"]));
        await setting.AttestAsync(setting.Statement(minutes: 2, kontrakts: ["billing"]));
        Assert.HasCount(1, (await setting.CheckAsync(null, "billing")).Contracts);

        var refused = (await setting.RefusedAllAsync("orders", "billing")).Single();

        Assert.AreEqual("KTR2163", refused.Code);
        Assert.Contains("'orders' was last attested by run run, whose contract did not hold (failed: orders)", refused.Message);
        Assert.DoesNotContain("'billing'", refused.Message);
    }

    /// <summary>To ask for more never lets pass more.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task DoNotExcuseTheNewest()
    {
        await using var setting = await GateSetting.MakeAsync();
        await setting.AttestAsync(setting.Statement(kontrakts: ["orders"]));
        await setting.AttestAsync(setting.Statement(passed: false, minutes: 1, kontrakts: ["billing"]));

        Assert.AreEqual("KTR2162", (await setting.RefusedAllAsync("orders")).Single().Code);
        CollectionAssert.AreEqual(new[] { "KTR2162", "KTR2163" }, (await setting.RefusedAllAsync("orders", "stock")).Select(each => each.Code).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task CountOnlyWhereTheyAreBelieved()
    {
        await using var setting = await GateSetting.MakeAsync();
        using var key = AttestationKey.Private(KeyFiles.Make(setting.Folder, "mine").Private, "test");
        await setting.AttestAsync(setting.Statement(kontrakts: ["orders"]), key);
        await setting.AttestAsync(setting.Statement(minutes: 1, kontrakts: ["billing"]));
        Assert.HasCount(2, (await setting.CheckAsync(null, "orders", "billing")).Contracts);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => setting.CheckAsync(key, "orders", "billing"));

        Assert.AreEqual("KTR2163", error.Diagnostics.Single().Code);
        Assert.Contains("Attested are: orders.", error.Diagnostics.Single().Message);
    }
}
