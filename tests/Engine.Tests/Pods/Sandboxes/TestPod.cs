using System.Text;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A pod of real containers, whose image is this machine's static busybox. Ends the test as inconclusive where the machine allows none.</summary>
internal sealed class TestPod : IAsyncDisposable
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] Applets =
    [
        "sh", "cat", "chmod", "chown", "date", "dd", "dmesg", "echo", "env", "false", "find", "grep", "head", "hostname", "id", "ip", "ipcs", "kill", "ln", "losetup", "ls", "mkdir", "mknod", "mount", "nsenter", "ps", "pwd",
        "readlink", "renice", "rm", "seq", "setpriv", "sleep", "stat", "test", "touch", "true", "umask", "umount", "unshare", "wc", "yes",
    ];
    private readonly DirectoryInfo folder;
    private readonly NetworkNamespace network;
    private readonly PodSandbox sandbox;
    private int started;

    private TestPod(DirectoryInfo folder, NetworkNamespace network, PodSandbox sandbox, string layer) =>
        (this.folder, this.network, this.sandbox, Layer) = (folder, network, sandbox, layer);

    /// <summary>An unpacked image of one layer.</summary>
    public string Layer { get; }

    public string Folder => folder.FullName;

    public static async Task<TestPod> CreateAsync(Func<SandboxSpec, SandboxSpec>? change = null)
    {
        if (!File.Exists(Busybox))
            Assert.Inconclusive($"skipped: {Busybox} is absent (package busybox-static)");
        var folder = Directory.CreateTempSubdirectory("kontrakt-sandbox-");
        NetworkNamespace network;
        try
        {
            network = NetworkNamespace.Create();
        }
        catch (SystemCallException exception) when (exception.Errno == Errno.EPERM)
        {
            folder.Delete(recursive: true);
            Assert.Inconclusive($"skipped: {exception.Message}");
            throw;
        }
        var spec = new SandboxSpec { Id = "pod", Namespace = "ns", Hostname = "the-pod", Directory = folder.CreateSubdirectory("pod").FullName };
        try
        {
            var sandbox = await PodSandbox.CreateAsync(change is null ? spec : change(spec), network, CancellationToken.None);
            return new(folder, network, sandbox, MakeLayer(folder.FullName));
        }
        catch
        {
            network.Dispose();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>For tests that run as other users than root.</summary>
    public static void NeedUsers()
    {
        if (!ContainerMachine.Current.HasUser(1654))
            Assert.Inconclusive("skipped: this user namespace has one user only");
    }

    /// <param name="script">For its shell.</param>
    public Task<Run> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? change = null) => RunAsync(["/bin/sh", "-c", script], change);

    public async Task<Run> RunAsync(string[] arguments, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var output = new Output();
        var process = await StartAsync(arguments, output, change);
        return new(await process.Exit, output.Text, output.ErrorText);
    }

    public Task<ContainerProcess> StartAsync(string script, Output output, Func<ContainerSpec, ContainerSpec>? change = null) =>
        StartAsync(["/bin/sh", "-c", script], output, change);

    public Task<ContainerProcess> StartAsync(string[] arguments, Output output, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var spec = new ContainerSpec
        {
            Id = $"app-{Interlocked.Increment(ref started)}",
            Layers = [Layer],
            Arguments = arguments,
            Environment = ["PATH=/bin"],
            WorkingDirectory = "/",
            Output = output.Take,
        };
        return sandbox.StartAsync(change is null ? spec : change(spec), CancellationToken.None);
    }

    /// <summary>A folder beside the pod's.</summary>
    public string NewFolder(string name) => folder.CreateSubdirectory(name).FullName;

    public async ValueTask DisposeAsync()
    {
        await sandbox.DisposeAsync();
        network.Dispose();
        FolderTree.Delete(folder.FullName);
    }

    private static string MakeLayer(string folder)
    {
        var layer = Path.Combine(folder, "layer");
        var bin = Directory.CreateDirectory(Path.Combine(layer, "bin")).FullName;
        File.Copy(Busybox, Path.Combine(bin, "busybox"));
        foreach (var applet in Applets)
            File.CreateSymbolicLink(Path.Combine(bin, applet), "busybox");
        File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(layer, "tmp")).FullName, (UnixFileMode)0b001_111_111_111);
        return layer;
    }

    public sealed record Run(ContainerExit Exit, string Output, string Error);

    /// <summary>What a container has written; waits for a text.</summary>
    public sealed class Output
    {
        private readonly StringBuilder output = new();
        private readonly StringBuilder error = new();
        private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? awaited;

        public string Text => Locked(output);

        public string ErrorText => Locked(error);

        public void Take(bool isError, ReadOnlySpan<byte> bytes)
        {
            lock (this)
            {
                (isError ? error : output).Append(Encoding.UTF8.GetString(bytes));
                Check();
            }
        }

        public Task SeenAsync(string text)
        {
            lock (this)
            {
                awaited = text;
                Check();
            }
            return seen.Task;
        }

        private void Check()
        {
            if (awaited is not null && output.ToString().Contains(awaited, StringComparison.Ordinal))
                seen.TrySetResult();
        }

        private string Locked(StringBuilder text)
        {
            lock (this)
                return text.ToString();
        }
    }
}
