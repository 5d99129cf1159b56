using System.Diagnostics;
using System.Text.Json.Nodes;
using Kontrakt.Images.Contexts;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Kontrakt.Context.Tests;

/// <summary>The image as it is used: an init container of a pod, whose other containers find the folder in /workspace.</summary>
[TestClass]
public sealed class InContainers
{
    /// <summary>Run on this machine and in the pod: what they print must be the same.</summary>
    private const string Listing = "cd $0 && { B=/bin/busybox; $B find . ! -name . -exec $B stat -c '%N %F %a %h' {} +; $B find . -type f -exec $B sha256sum {} +; } | $B sort";

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task TheWorkspaceIsTheFolder()
    {
        using var cluster = TestCluster.Require();
        using var folder = new TempFolder();
        Fill(folder);
        var shell = await TestImage.BusyboxAsync();
        var name = $"context-tests-{Guid.NewGuid().ToString("N")[..8]}";
        var first = await PushAsync(folder, name);
        File.Delete(folder.At("context/gone"));
        folder.Write("context/deep/er/file", "changed");
        var second = await PushAsync(folder, name);
        Assert.IsNull(second.FreshBecause);

        var (phase, copied, listed) = await RunAsync(cluster, name, second.Reference.ToString(), shell);

        Assert.AreEqual("Succeeded", phase, copied + listed);
        Assert.AreEqual(await ListAsync(folder.At("context")), listed);
        Assert.AreEqual($"kontext: {second.Files - 1} files, {second.Bytes} bytes, 1 links copied to /workspace\n", copied);
        Assert.AreNotEqual(first.Reference, second.Reference);
    }

    private static void Fill(TempFolder folder)
    {
        folder.Write("context/file", "shorter than what is there");
        folder.Write("context/deep/er/file", "deep file");
        folder.Write("context/gone", "gone");
        folder.Write("context/ünïcödé name", "text");
        File.SetUnixFileMode(folder.Write("context/script.sh", "#!/bin/sh"), (UnixFileMode)0x1ED);
        File.SetUnixFileMode(folder.Write("context/private/key", "secret"), (UnixFileMode)0x180);
        File.SetUnixFileMode(folder.At("context/private"), (UnixFileMode)0x1C0);
        Directory.CreateDirectory(folder.At("context/empty"));
        File.CreateSymbolicLink(folder.At("context/link"), "deep/er");
        using var link = Process.Start("ln", [folder.At("context/file"), folder.At("context/second-name")]);
        link.WaitForExit();
    }

    private static async Task<ContextResult> PushAsync(TempFolder folder, string name)
    {
        var settings = new KontraktSettings { Directory = folder.Path, RunsDirectory = folder.At("state"), Repository = $"{TestImage.Registry}/kontrakt-tests" };
        using var registry = new RegistryClient(new() { InsecureHosts = [TestImage.Registry] });
        return await ContextImages.PushAsync(new() { Directory = folder.At("context"), Tag = $"{TestImage.Registry}/kontrakt-tests/contexts:{name}" }, settings, registry, new Lines(), CancellationToken.None);
    }

    private static async Task<string> ListAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/busybox", ["sh", "-c", Listing, folder]) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("busybox did not start");
        return await process.StandardOutput.ReadToEndAsync();
    }

    private static async Task<(string? Phase, string Copied, string Listed)> RunAsync(TestCluster cluster, string ns, string image, string shell)
    {
        await cluster.Client.CreateAsync(ApiResource.Namespaces, null, Object("Namespace", ns), CancellationToken.None);
        try
        {
            await cluster.Client.CreateAsync(ApiResource.ServiceAccounts, ns, Object("ServiceAccount", "builder"), CancellationToken.None);
            await cluster.Client.CreateAsync(ApiResource.Pods, ns, new(Pod(image, shell)), CancellationToken.None);
            var phase = await EndAsync(cluster, ns);
            return (phase, await LogAsync(cluster, ns, "copy"), phase == "Succeeded" ? await LogAsync(cluster, ns, "list") : "");
        }
        finally
        {
            await cluster.DeleteNamespaceAsync(ns, CancellationToken.None);
        }
    }

    private static KubernetesObject Object(string kind, string name) => new(new JsonObject { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } });

    private static JsonObject Pod(string image, string shell)
    {
        static JsonArray Mounts() => new(new JsonObject { ["name"] = "workspace", ["mountPath"] = "/workspace" });
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = "build" },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["serviceAccountName"] = "builder",
                ["terminationGracePeriodSeconds"] = 1,
                ["volumes"] = new JsonArray(new JsonObject { ["name"] = "workspace", ["emptyDir"] = new JsonObject() }),
                ["initContainers"] = new JsonArray(
                    new JsonObject { ["name"] = "before", ["image"] = shell, ["command"] = new JsonArray("sh", "-c", "seq 1 1000 > /workspace/file"), ["volumeMounts"] = Mounts() },
                    new JsonObject { ["name"] = "copy", ["image"] = image, ["volumeMounts"] = Mounts() }),
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "list", ["image"] = shell, ["command"] = new JsonArray("sh", "-c", Listing, "/workspace"), ["volumeMounts"] = Mounts() }),
            },
        };
    }

    private static async Task<string?> EndAsync(TestCluster cluster, string ns)
    {
        await foreach (var change in cluster.Client.WatchAsync(ApiResource.Pods, new(ns), CancellationToken.None))
            if (change.Object?.Text("status", "phase") is ("Succeeded" or "Failed") and var phase)
                return phase;
        return null;
    }

    private static async Task<string> LogAsync(TestCluster cluster, string ns, string container)
    {
        await using var log = await cluster.Client.OpenLogAsync(ns, "build", new(container), CancellationToken.None);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }
}
