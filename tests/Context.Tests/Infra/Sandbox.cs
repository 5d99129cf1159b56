using Kontrakt.Diagnostics;
using Kontrakt.Extractor;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Context.Tests.Infra;

/// <summary>A folder to push, a registry that counts, and a base image with one file.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private readonly TempFolder folder = new();

    private Sandbox(FakeRegistry registry)
    {
        Registry = registry;
        Base = registry.Image("base:1");
        Tag = registry.Image("team/app:context");
        Directory.CreateDirectory(Root);
    }

    public FakeRegistry Registry { get; }
    public RegistryClient Client { get; } = Registries.Client();
    public ImageReference Base { get; set; }
    public ImageReference Tag { get; }
    public string Root => folder.At("context");
    public string State => folder.At("state");
    /// <summary>Of the last push.</summary>
    public Lines Log { get; private set; } = new();

    public static async Task<Sandbox> StartAsync()
    {
        var sandbox = new Sandbox(await FakeRegistry.StartAsync());
        await sandbox.PushBaseAsync(sandbox.Base, "base");
        return sandbox;
    }

    public ContextRequest Request => new() { Directory = Root, Tag = Tag, Base = Base, StateDirectory = State };

    public string At(string path) => Path.Combine(Root, path);

    /// <summary>A file elsewhere in the sandbox.</summary>
    public string Beside(string name) => folder.At(name);

    public void Write(string path, string text = "text", UnixFileMode mode = (UnixFileMode)0x1A4)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
        File.SetUnixFileMode(At(path), mode);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    public Task<ContextResult> PushAsync(Func<ContextRequest, ContextRequest>? with = null, Action<string>? seen = null)
    {
        Log = new(seen);
        return ContextPusher.PushAsync(with?.Invoke(Request) ?? Request, Client, Log, CancellationToken.None);
    }

    /// <summary>The diagnostics of a push that must fail.</summary>
    public async Task<IReadOnlyList<Diagnostic>> FailAsync(Func<ContextRequest, ContextRequest>? with = null, Action<string>? seen = null) =>
        (await Assert.ThrowsExactlyAsync<KontraktException>(() => PushAsync(with, seen))).Diagnostics;

    public async Task<ImageManifest> ManifestAsync(ContextResult result) => ImageManifest.Parse(await Client.GetManifestAsync(result.Reference, CancellationToken.None));

    /// <summary>The paths that a layer from the top (0 is the manifest's) has below the context's folder; folders end in '/'.</summary>
    public async Task<string> LayerAsync(ContextResult result, int fromTop = 1)
    {
        var names = await Unpacking.NamesAsync(Client, Tag, (await ManifestAsync(result)).Layers[^(fromTop + 1)]);
        const string root = "var/run/kontext/";
        return string.Join(' ', names.Where(name => name.StartsWith(root, StringComparison.Ordinal) && name != root).Select(name => name[root.Length..]));
    }

    /// <summary>Unpacks the image, runs the extractor on it, and describes what it made.</summary>
    public async Task<string> ExtractAsync(ContextResult result, string? workspace = null, params string[] options)
    {
        var image = await Unpacking.UnpackAsync(Client, result.Reference, Beside($"image-{Guid.NewGuid():N}"));
        workspace ??= Beside($"workspace-{Guid.NewGuid():N}");
        var (code, output) = Run([.. options, "--source", Path.Combine(image, "var/run/kontext"), "--manifest", Path.Combine(image, ContextManifest.PathInImage), workspace]);
        Assert.AreEqual(0, code, output);
        return Trees.Describe(workspace);
    }

    public static (int Code, string Output) Run(string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = ExtractorCommand.Run(args, output, output);
        return (code, output.ToString());
    }

    /// <summary>Uploads begun so far.</summary>
    public int Uploads => Registry.Count("POST", "/blobs/uploads");

    public async Task PushBaseAsync(ImageReference image, string content)
    {
        var layer = await LayerWriter.WriteAsync([new LayerEntry.Content("base.txt", 0x1A4, System.Text.Encoding.UTF8.GetBytes(content))], folder.At($"base-{content}.tar.gz"), CancellationToken.None);
        await ImagePusher.PushAsync(Client, image, new() { Config = new() { Os = "linux", Architecture = "amd64", Entrypoint = ["/extract"] }, Layers = [new ImageLayer.OnDisk(layer)] }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Registry.DisposeAsync();
        folder.Dispose();
    }
}
