using System.Runtime.Versioning;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>kontrakt context push: a reference on standard output, everything else on standard error.</summary>
[TestClass]
public sealed class Contexts
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task ArePushedAndPrinted()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var folder = new TempFolder();
        folder.Write("source/file", "text");
        var below = await PushBaseAsync(docker.Host);
        string[] push = ["context", "push", "--directory", folder.At("source"), "--tag", $"{docker.Host}/team/source", "--runs-directory", folder.At("state"), "--context-base", below];

        var (code, first, log) = await CommandLines.RunAsync(push);
        var (_, again, same) = await CommandLines.RunAsync(push);
        folder.Write("source/other", "text");
        var (_, changed, _) = await CommandLines.RunAsync(push);
        var (_, squashed, anew) = await CommandLines.RunAsync([.. push, "--squash"]);

        Assert.AreEqual(0, code, log);
        Assert.StartsWith($"{docker.Host}/team/source:latest@sha256:", first);
        Assert.AreEqual(first, again);
        Assert.Contains("nothing changed", same);
        Assert.AreNotEqual(first, changed);
        Assert.AreNotEqual(changed, squashed);
        Assert.Contains("a squashed image was asked for", anew);
        using var registry = Registries.Client();
        Assert.AreEqual(squashed.Trim(), $"{docker.Host}/team/source:latest@{(await registry.ResolveAsync(ImageReference.Parse($"{docker.Host}/team/source"), CancellationToken.None))?.Digest}");
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("context", "push", "--tag", "localhost:1/x")]
    [DataRow("context", "push", "--directory", ".")]
    [DataRow("context", "push", "--directory", ".", "--tag", "UPPER/case")]
    [DataRow("context", "push", "--directory", ".", "--tag", "localhost:1/x@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("context", "push", "--directory", ".", "--tag", "localhost:1/x", "--context-base", "no such:base")]
    [DataRow("context", "push", "--directory", ".", "--tag", "localhost:1/x", "--context-max-layers", "1")]
    [DataRow("context")]
    public async Task ThatAreNotSaidWellEndInTwo(params string[] args)
    {
        var (code, output, error) = await CommandLines.RunAsync(args);

        Assert.AreEqual(2, code, error);
        Assert.AreEqual("", output);
        Assert.AreNotEqual("", error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task GoOnlyWhereImagesMayGo()
    {
        using var folder = new TempFolder();

        var (code, _, error) = await CommandLines.RunAsync(["context", "push", "--directory", folder.Path, "--tag", "localhost:1/x", "--push-registry", "registry.example"]);

        Assert.AreEqual(1, code);
        Assert.Contains("KTR2006", error);
    }

    /// <summary>As a user who may not read all of it: every such path is named, and nothing is pushed.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [UnsupportedOSPlatform("windows")]
    public async Task WithWhatCannotBeReadAreNotPushed()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var folder = new TempFolder();
        folder.Write("source/fine", "text");
        File.SetUnixFileMode(folder.Write("source/closed/file", "text"), UnixFileMode.None);
        File.SetUnixFileMode(folder.Write("source/locked/file", "text"), (UnixFileMode)0x1A4);
        File.SetUnixFileMode(folder.At("source/locked"), UnixFileMode.None);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1FF);
        var below = await PushBaseAsync(docker.Host);
        string[] push = ["context", "push", "--directory", folder.At("source"), "--tag", $"{docker.Host}/team/source:1", "--runs-directory", folder.At("state"), "--context-base", below];

        var outcome = await AsNobodyAsync(folder.Path, push);
        File.SetUnixFileMode(folder.At("source/locked"), (UnixFileMode)0x1ED);

        Assert.AreEqual(1, outcome.ExitCode, outcome.Log);
        Assert.AreEqual("", outcome.Output);
        Assert.Contains($"'{folder.At("source/locked")}' cannot be read into the context", outcome.Error);
        using var registry = Registries.Client();
        Assert.IsNull(await registry.ResolveAsync(ImageReference.Parse($"{docker.Host}/team/source:1"), CancellationToken.None));
    }

    /// <summary>Inconclusive where nobody cannot even run the program.</summary>
    private static async Task<Outcome> AsNobodyAsync(string folder, string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "kontrakt.dll");
        var environment = new Dictionary<string, string> { ["HOME"] = folder };
        string[] nobody = Environment.UserName == "root" ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"];
        var can = await ToolProcess.RunAsync(nobody[0], [.. nobody[1..], "dotnet", program, "--version"], "/", environment, CancellationToken.None);
        if (can.ExitCode != 0)
            Assert.Inconclusive("skipped: nobody cannot run the program where it lies: " + can.Log);
        return await ToolProcess.RunAsync(nobody[0], [.. nobody[1..], "dotnet", program, .. args], "/", environment, CancellationToken.None);
    }

    private static async Task<string> PushBaseAsync(string host)
    {
        using var registry = Registries.Client();
        var image = ImageReference.Parse($"{host}/base:1");
        await ImagePusher.PushAsync(registry, image, new() { Config = new() { Os = "linux", Architecture = "amd64" }, Layers = [] }, CancellationToken.None);
        return image.ToString();
    }
}
