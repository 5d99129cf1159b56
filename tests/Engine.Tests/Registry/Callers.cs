namespace Engine.Tests.Registry;

/// <summary>The registry is for this machine and its pods; a page in a browser cannot borrow them.</summary>
[TestClass]
public sealed class Callers
{
    [TestMethod, Timeout(120_000)]
    [DataRow("localhost:5000", "", 200)]
    [DataRow("LOCALHOST", "", 200)]
    [DataRow("127.0.0.1:1", "", 200)]
    [DataRow("127.8.8.8", "", 200)]
    [DataRow("[::1]:5000", "", 200)]
    [DataRow("registry.kontrakt-system.svc:5000", "", 200)]
    [DataRow("localhost", "http://localhost:3000", 200)]
    [DataRow("evil.example", "", 403)]
    [DataRow("localhost.evil.example", "", 403)]
    [DataRow("10.1.2.3", "", 403)]
    [DataRow("localhost", "https://evil.example", 403)]
    [DataRow("localhost", "null", 403)]
    public async Task AreKnownByTheNameTheyUse(string host, string origin, int status)
    {
        await using var registry = await RegistryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/") { Headers = { Host = host } };
        if (origin.Length > 0)
            request.Headers.Add("Origin", origin);

        using var response = await registry.Http.SendAsync(request);

        Assert.AreEqual(status, (int)response.StatusCode);
        if (status == 403)
            Assert.AreEqual("403 DENIED", await Pushed.RefusalAsync(response));
    }
}
