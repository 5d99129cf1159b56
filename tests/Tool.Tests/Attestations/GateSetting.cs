using Kontrakt.Tests;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Attestations;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Microsoft.AspNetCore.Http;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Tool.Tests.Attestations;

/// <summary>A registry in memory, with an image.</summary>
internal sealed class GateSetting(FakeRegistry registry, RegistryClient client) : IAsyncDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 11, 20, 5, 0, 0, TimeSpan.Zero);

    public FakeRegistry Registry { get; } = registry;

    public RegistryClient Client { get; } = client;

    public TempFolder Folder { get; } = new();

    /// <summary>By digest.</summary>
    public ImageReference Image { get; private set; } = registry.Image("team/app");

    public static async Task<GateSetting> MakeAsync(Func<HttpContext, Task<bool>>? instead = null)
    {
        var setting = new GateSetting(await FakeRegistry.StartAsync(instead is null ? null : (context, _) => instead(context)), Client());
        setting.Image = await setting.MakeImageAsync("1");
        return setting;

        static RegistryClient Client() => Registries.Client();
    }

    public async Task<ImageReference> MakeImageAsync(string tag)
    {
        var image = Registry.Image($"team/app:{tag}");
        return image.WithTag(null).WithDigest((await Client.PushImageAsync(image, System.Text.Encoding.UTF8.GetBytes(tag))).Digest);
    }

    /// <param name="kontrakts">The kontrakts that it lists; default: orders.</param>
    public ContractStatement Statement(bool passed = true, int minutes = 0, params string[] kontrakts) => new()
    {
        Type = ContractStatement.StatementType,
        Subject = [new(Image.Name, new Dictionary<string, string> { ["sha256"] = Image.Digest?.Hex ?? "" })],
        PredicateType = ContractStatement.OwnPredicateType,
        Predicate = new(passed, [.. (kontrakts is [] ? ["orders"] : kontrakts).Select(name => new AttestedKontrakt(name, passed, [new("pod/smoke", passed, 1)]))], new("abc", null), new("run", Time, Time.AddMinutes(minutes)), new("a cluster"), "0.1.0"),
    };

    public Task<Descriptor> AttestAsync(ContractStatement statement, AttestationKey? key = null) => AttestationPusher.PushAsync(Client, Image, statement, key, CancellationToken.None);

    /// <summary>A referrer of the image with any bytes.</summary>
    public async Task PushAsync(string type, byte[] bytes)
    {
        await Client.PushAsync(Image, bytes);
        var subject = await Client.ResolveAsync(Image, CancellationToken.None);
        await Referrers.PushAsync(Client, Image, new ImageManifest { ArtifactType = type, Config = Blob(bytes, type), Layers = [Blob(bytes, type)], Subject = subject }.ToContent(), CancellationToken.None);
    }

    /// <summary>A referrer that is something else, and not pushed as one.</summary>
    public async Task<Descriptor> NoteAsync()
    {
        await Client.PushAsync(Image, [7]);
        var subject = await Client.ResolveAsync(Image, CancellationToken.None);
        var content = new ImageManifest { ArtifactType = "application/vnd.example.note", Config = Blob([7]), Layers = [Blob([7])], Subject = subject }.ToContent();
        return await Client.PutManifestAsync(Image.WithDigest(content.Digest), content, CancellationToken.None);
    }

    /// <summary>Makes the registry list these, and nothing else.</summary>
    public Task ListAsync(params Descriptor[] referrers) =>
        Client.PutManifestAsync(Image.WithDigest(null).WithTag($"sha256-{Image.Digest?.Hex}"), new ImageIndex { Manifests = referrers }.ToContent(), CancellationToken.None);

    public Task<PassedGate> CheckAsync(AttestationKey? key, params string[] demanded) => ContractGate.CheckAsync(Client, Image, key, demanded, CancellationToken.None);

    public async Task<Diagnostic> RefusedAsync(AttestationKey? key) => (await Assert.ThrowsExactlyAsync<KontraktException>(() => CheckAsync(key))).Diagnostics.Single();

    /// <summary>Every code and message.</summary>
    public async Task<IReadOnlyList<Diagnostic>> RefusedAllAsync(params string[] demanded) => (await Assert.ThrowsExactlyAsync<KontraktException>(() => CheckAsync(null, demanded))).Diagnostics;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Folder.Dispose();
        await Registry.DisposeAsync();
    }
}
