using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Tests.Registry;

/// <summary>The engine's registry on a loopback port of its own, in a temporary folder or a given one.</summary>
internal sealed class RegistryHost : IAsyncDisposable
{
    public const string AdminToken = "engines-token";

    private readonly WebApplication app;
    private readonly DirectoryInfo? folder;

    private RegistryHost(WebApplication app, BlobStore store, DirectoryInfo? folder) => (this.app, Store, this.folder) = (app, store, folder);

    public BlobStore Store { get; }
    /// <summary>127.0.0.1:port</summary>
    public string Host { get; private set; } = "";
    /// <summary>As the user that the registry belongs to.</summary>
    public HttpClient Http { get; private set; } = new();
    /// <summary>By a way that says nothing of whose the other end is, as that of pods.</summary>
    public HttpClient Unowned { get; private set; } = new();

    public static async Task<RegistryHost> StartAsync(Func<BlobStoreOptions, BlobStoreOptions>? configure = null, string? directory = null)
    {
        var folder = directory is null ? Directory.CreateTempSubdirectory("kontrakt-registry-") : null;
        var options = new BlobStoreOptions { Directory = Path.Combine(directory ?? folder!.FullName, "registry") };
        var store = new BlobStore(configure?.Invoke(options) ?? options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var unowned = Path.Combine(Path.GetTempPath(), $"kontrakt-registry-{Guid.NewGuid():N}");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.ListenUnixSocket(unowned);
        });
        var app = builder.Build();
        app.MapRegistry(store, new RegistryRights(text => text == AdminToken, TimeProvider.System), "registry.kontrakt-system.svc");
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(each => !each.Contains("unix", StringComparison.Ordinal)));
        return new(app, store, folder) { Host = address.Authority, Http = new() { BaseAddress = address }, Unowned = new(Through(unowned)) { BaseAddress = address } };
    }

    public ImageReference Image(string rest) => ImageReference.Parse($"{Host}/{rest}");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Unowned.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        Store.Dispose();
        folder?.Delete(recursive: true);
    }

    private static SocketsHttpHandler Through(string path) => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
