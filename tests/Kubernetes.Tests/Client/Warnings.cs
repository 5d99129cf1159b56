using Kontrakt.Kubernetes.Objects;
using Microsoft.AspNetCore.Http;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Warnings
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ComeWithWhatWasApplied()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
        {
            if (context.Request.Path == "/version")
                return context.JsonAsync("""{"major":"1","minor":"30+","gitVersion":"v1.30.0"}""");
            context.Response.Headers.Append("Warning", "299 - \"old \\\"thing\\\"\"");
            context.Response.Headers.Append("Warning", "299 - \"other, thing\"");
            return context.JsonAsync(Answers.Pod("p", 1));
        });
        using var client = server.Client();

        var applied = await client.ApplyAsync(new(ApiResource.Pods, "n", "p"), Cluster.Object(Answers.Pod("p", 1)), new("me"), Token);

        CollectionAssert.AreEqual(new[] { "old \"thing\"", "other, thing" }, applied.Warnings.ToArray());
        StringAssert.Contains(server.Requests.Last(), "fieldManager=me&force=true&fieldValidation=Strict");
    }
}
