using Kontrakt.Engine.Api;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Registry;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kontrakt.Engine.Hosting;

/// <summary>A running engine: its parts, and the web server before them.</summary>
internal sealed partial class EngineServer : IAsyncDisposable
{
    private readonly EngineParts parts;
    private readonly WebApplication web;
    private readonly IdleWatch idle;
    private readonly HandshakeFile handshake;
    private readonly RegistriesFile registries;
    private readonly Task running;

    private EngineServer(EngineParts parts, WebApplication web, IdleWatch idle, HandshakeFile handshake, RegistriesFile registries, Task running) =>
        (this.parts, this.web, this.idle, this.handshake, this.registries, this.running) = (parts, web, idle, handshake, registries, running);

    /// <summary>Returns when the API answers and the handshake says where.</summary>
    public static async Task<EngineServer> StartAsync(EngineOptions options, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        // The web server is made beside the parts, and gets them before it starts: both take their time, for their code runs for the first time.
        var making = Task.Run(() => Host(logs), CancellationToken.None);
        var parts = new EngineParts(options, logs);
        // The controllers and the web server start beside each other.
        var running = Task.Run(parts.RunAsync, CancellationToken.None);
        try
        {
            var idle = new IdleWatch(parts.Objects.Store, options.IdleTime, options.Time);
            var web = Web(await making, parts, idle);
            await web.StartAsync(cancellationToken);
            await await Task.WhenAny(parts.Begun, running);
            var registries = new RegistriesFile(options.RegistriesDirectory, parts.Listeners.Registry);
            Tell(registries, logs.CreateLogger("engine"));
            var handshake = new HandshakeFile(options.Handshake);
            handshake.Write(options, parts.Listeners.ApiPort, parts.Listeners.Registry, parts.Authority.Pem, parts.Admin.Value, await parts.Restrictions);
            return new(parts, web, idle, handshake, registries, running);
        }
        catch
        {
            await parts.StopAsync();
            await EndedAsync(running);
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until something says that it is time to end; what.</summary>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var unused = idle.WaitAsync(decided.Token);
        var deleted = NodeDeletedAsync(decided.Token);
        var first = await Task.WhenAny(unused, deleted, running);
        await decided.CancelAsync();
        if (cancellationToken.IsCancellationRequested)
            return "it was asked to";
        await first;
        return first == unused ? "nobody uses it" : first == deleted ? "its node was deleted" : "a part of it ended";
    }

    public async ValueTask DisposeAsync()
    {
        handshake.Delete();
        registries.Delete();
        await parts.StopAsync();
        await EndedAsync(running);
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await web.StopAsync(patience.Token);
        await web.DisposeAsync();
        await parts.DisposeAsync();
    }

    /// <summary>Waits for the pods' end. Why a part failed has been thrown to who waited.</summary>
    private static async Task EndedAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // As it was asked to.
        }
    }

    /// <summary>What other tools learn is a convenience, and no reason not to start.</summary>
    private static void Tell(RegistriesFile registries, ILogger log)
    {
        try
        {
            registries.Write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotTold(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "skopeo, podman and buildah do not know that the registry has no TLS, so each use needs --tls-verify=false: {Reason}")]
    private static partial void NotTold(ILogger log, string reason);

    private static WebApplication Host(ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(ApiServer.Configure);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(logs).AddRoutingCore();
        return builder.Build();
    }

    private static WebApplication Web(WebApplication web, EngineParts parts, IdleWatch idle)
    {
        parts.Listeners.Configure(web.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value, parts.Certificate);
        web.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.CreateBoundListenSocket = parts.Listeners.Take;
        web.Use(idle.CountAsync);
        web.MapWhen(parts.Listeners.IsForRegistry, registry => registry.UseRouting().UseEndpoints(routes => routes.MapRegistry(parts.Blobs, parts.RegistryRights, RegistryService.Host, RegistryService.Host + ".cluster.local", "registry")));
        parts.Api.Map(web);
        return web;
    }

    /// <summary>Any other node is only an object that somebody made.</summary>
    private async Task NodeDeletedAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in parts.Objects.Store.WatchAsync(Kinds.Node, null, 0, cancellationToken))
        {
            if (change.Type == ChangeType.Deleted && change.Object.Key.Name == NodeObject.Name)
                return;
        }
    }
}
