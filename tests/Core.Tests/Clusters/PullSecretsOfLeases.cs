using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Tests.Applying;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed class PullSecretsOfLeases
{
    [TestMethod]
    [Timeout(180_000)]
    public async Task AreCopiedInAndUsedByBothAccounts()
    {
        await using var cluster = TestCluster.Open();
        var source = await cluster.CreateNamespaceAsync("kc-pull");
        await cluster.CreateAsync(source, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = "registry" },
            ["type"] = "kubernetes.io/dockerconfigjson",
            ["data"] = new JsonObject { [".dockerconfigjson"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"auths":{}}""")) },
        });
        var settings = TestCluster.Settings() with { ImagePullSecret = $"{source}/registry" };

        var lease = await cluster.AcquireAsync("kc-pull", settings);
        await KontraktApplier.ApplyAsync(new(lease, TestManifests.Parse("""
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}
            imagePullSecrets: [{name: more}]
            """), settings, cluster.Log, ""), CancellationToken.None);

        Assert.AreEqual("registry", await SecretsAsync("kontrakt"));
        Assert.AreEqual("more registry", await SecretsAsync("default"));
        Assert.IsNotNull(await cluster.Admin.FindAsync(new(ApiResource.Secrets, lease.Namespace, "registry"), CancellationToken.None));

        async Task<string> SecretsAsync(string account)
        {
            var found = await cluster.Admin.FindAsync(new(ApiResource.ServiceAccounts, lease.Namespace, account), CancellationToken.None);
            return string.Join(' ', found!.Items("imagePullSecrets").Select(each => (string?)each["name"]));
        }
    }
}
