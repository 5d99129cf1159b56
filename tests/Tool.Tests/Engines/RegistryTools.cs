using System.ComponentModel;
using System.Runtime.Versioning;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Tool.Tests.Engines;

/// <summary>Tools that others wrote use a running engine's registry as they would use any, without options.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class RegistryTools
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task NeedNoOptions()
    {
        await using var engine = new TestEngine(Token);
        await SkopeoAsync(engine, "--version");
        var registry = (await engine.StartAsync()).Registry;
        File.WriteAllText(Path.Combine(engine.Home, ".config", "containers", "policy.json"), """{"default": [{"type": "insecureAcceptAnything"}]}""");
        using var client = new RegistryClient(new());
        var config = new ImageConfig { Architecture = "amd64", Os = "linux" };
        var pushed = await ImagePusher.PushAsync(client, ImageReference.Parse($"{registry}/app:1"), new() { Config = config, Layers = [] }, Token);

        var copied = await SkopeoAsync(engine, "copy", $"docker://{registry}/app:1", $"docker://{registry}/copies/app:2");
        var tags = await SkopeoAsync(engine, "list-tags", $"docker://{registry}/copies/app");
        var there = await client.ResolveAsync(ImageReference.Parse($"{registry}/copies/app:2"), Token);

        Assert.AreEqual(0, copied.ExitCode, copied.Log);
        Assert.Contains("\"2\"", tags.Output, tags.Log);
        Assert.AreEqual(pushed.Manifest.Digest, there?.Digest);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task FindNothingOfAnEngineThatEnded()
    {
        await using var engine = new TestEngine(Token);
        await SkopeoAsync(engine, "--version");
        var registry = (await engine.StartAsync()).Registry;
        var file = Path.Combine(engine.Home, ".config", "containers", "registries.conf.d", $"kontrakt-engine-{registry.Replace(':', '-')}.conf");
        Assert.Contains($"location = \"{registry}\"", File.ReadAllText(file));

        await engine.RunAsync("stop");

        Assert.IsFalse(File.Exists(file));
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task MayHaveAFolderThatCannotBeWritten()
    {
        await using var engine = new TestEngine(Token);
        await SkopeoAsync(engine, "--version");
        File.WriteAllText(Path.Combine(engine.Home, ".config"), "no folder");

        await engine.StartAsync();

        Assert.Contains("each use needs --tls-verify=false", engine.Log);
    }

    private static async Task<Outcome> SkopeoAsync(TestEngine engine, params string[] arguments)
    {
        try
        {
            return await engine.RunAsync(["skopeo", .. arguments]);
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("skipped: skopeo is not installed");
            throw;
        }
    }
}
