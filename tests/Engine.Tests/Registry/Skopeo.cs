using System.ComponentModel;
using System.Diagnostics;
using Engine.Tests.Pods.Images;
using Kontrakt.Oci.Registry;

namespace Engine.Tests.Registry;

/// <summary>A client that others wrote pushes, copies, lists and deletes. It wants to be told that the registry has no TLS, as for any.</summary>
[TestClass]
public sealed class Skopeo
{
    [TestMethod, Timeout(180_000)]
    public async Task PushesPullsListsAndDeletes()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var client = new RegistryClient(new());
        var folder = Directory.CreateTempSubdirectory("kontrakt-skopeo-");
        try
        {
            var image = await ImageBuilder.PushAsync(client, registry.Image("app:1"), new TarBuilder().File("a", "x").Build(), new TarBuilder().File("b", "y").Build());
            var layout = $"oci:{folder.FullName}:1";

            await RunAsync("copy", "--src-tls-verify=false", $"docker://{registry.Host}/app:1", layout);
            await RunAsync("copy", "--dest-tls-verify=false", layout, $"docker://{registry.Host}/copies/app:2");
            var tags = await RunAsync("list-tags", "--tls-verify=false", $"docker://{registry.Host}/copies/app");
            var copied = await client.ResolveAsync(registry.Image("copies/app:2"), CancellationToken.None);
            await RunAsync("delete", "--tls-verify=false", $"docker://{registry.Host}/copies/app:2");

            Assert.AreEqual(image.Digest, copied?.Digest);
            StringAssert.Contains(tags, "\"2\"");
            Assert.IsFalse(await Pushed.HasAsync(registry, "/v2/copies/app/manifests/2"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var skopeo = new Process { StartInfo = new("skopeo", ["--insecure-policy", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            skopeo.Start();
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("skipped: skopeo is not installed");
        }
        var error = skopeo.StandardError.ReadToEndAsync();
        var output = await skopeo.StandardOutput.ReadToEndAsync();
        await skopeo.WaitForExitAsync();
        Assert.AreEqual(0, skopeo.ExitCode, await error);
        return output;
    }
}
