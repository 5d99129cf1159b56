using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Engine.Api;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Events;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Pods.Network.Egress;
using Kontrakt.Engine.Pods.Network.Services;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Pods.Volumes;
using Kontrakt.Engine.Registry;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Oci.Registry;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Hosting;

/// <summary>All parts of the engine, each with those it needs.</summary>
internal sealed class EngineParts : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> held = [];
    private readonly Kubelet kubelet;
    private readonly ServiceProxy proxy;
    private readonly ClusterDns dns;
    private readonly EgressProxy egress;

    public EngineParts(EngineOptions options, ILoggerFactory logs)
    {
        var store = new ObjectStore();
        // Of the time it takes to start, keys are a good part; they are made beside each other, and beside what is mostly the kernel's work.
        var network = Task.Run(NodeNetwork.Create);
        var tokens = Task.Run(() => new TokenIssuer(store, options.Time));
        Restrictions = Task.Run<IReadOnlyList<string>>(() => [.. ContainerMachine.Current.Restrictions, .. PodUsers.For(options.Directory).Restriction is { } users ? [users] : (string[])[]]);
        Authority = Hold(new CertificateAuthority(options.Time));
        Certificate = Hold(Authority.IssueServerCertificate());
        Admin = new AdminToken();
        var issuer = Hold(tokens.GetAwaiter().GetResult());
        var authorizer = new Authorizer(store);
        Objects = new ClusterObjects(store, ClusterRules.For(store, authorizer), options.Time);
        Node = Hold(network.GetAwaiter().GetResult());
        Listeners = EngineListeners.Open(Node, Path.Combine(options.Directory, "registry-port"));
        Blobs = Hold(new BlobStore(new() { Directory = Path.Combine(options.Directory, "registry"), Time = options.Time }));
        RegistryRights = new(Admin.Is, options.Time);
        Images = Hold(new ImageStore(Blobs, ImageOptions(options)));
        var usages = Hold(new PodUsages(options.Time));
        Controllers = Hold(new ControllerHost(Objects, new(Authority.Pem, new IPEndPoint(ClusterAddresses.Node, EngineListeners.NodeApiPort), usages), logs.CreateLogger("controllers")));
        var podLogs = new PodLogs(options.Time);
        var exec = new PodExec();
        var pods = new PodNetwork(Node);
        kubelet = new Kubelet(
            new() { Objects = Objects, Images = Images, Node = Node, Network = pods, Tokens = issuer, Logs = podLogs, Exec = exec, Usages = usages },
            new() { Directory = Path.Combine(options.Directory, "pods"), VolumesDirectory = Path.Combine(options.Directory, "volumes"), MemoryDirectory = MemoryFolder.Mount(Path.Combine(options.Directory, "memory")) });
        var zone = new ClusterZone(store);
        var notices = new EgressNotices(pods, store, new(Objects, "egress", "kontrakt"));
        dns = new ClusterDns(Node, zone, logs.CreateLogger("dns"), notices.Asked);
        egress = new EgressProxy(Node, pods, new(Node, zone, Listeners.IsHere, () => HttpClient.DefaultProxy), store, notices, logs.CreateLogger("egress"));
        proxy = new ServiceProxy(store, Node, [], logs.CreateLogger("services"), options.Time);
        Api = new ApiServer(new()
        {
            Objects = Objects,
            Authenticator = new(Admin, issuer),
            Authorizer = authorizer,
            Tokens = issuer,
            Logs = podLogs,
            Exec = exec,
            Usages = usages,
            ConnectToPod = Node.ConnectAsync,
            Logger = logs.CreateLogger("api"),
            Stopping = stopping.Token,
        });
    }

    /// <summary>Sentences to report once: what this machine does not let the engine do.</summary>
    public Task<IReadOnlyList<string>> Restrictions { get; }
    public CertificateAuthority Authority { get; }
    public X509Certificate2 Certificate { get; }
    public AdminToken Admin { get; }
    public ClusterObjects Objects { get; }
    public NodeNetwork Node { get; }
    public EngineListeners Listeners { get; }
    public BlobStore Blobs { get; }
    public RegistryRights RegistryRights { get; }
    public ImageStore Images { get; }
    public ControllerHost Controllers { get; }
    public ApiServer Api { get; }

    /// <summary>Ends when all exists that a client may expect from the first moment on.</summary>
    public Task Begun => begun.Task;

    /// <summary>Whatever goes on beside requests, until it is asked to stop. If one of them fails, all end.</summary>
    public async Task RunAsync()
    {
        BootstrapPolicy.Write(Objects);
        List<Task> all =
        [
            Controllers.RunAsync(stopping.Token),
            proxy.RunAsync(stopping.Token),
            dns.RunAsync(stopping.Token),
            egress.RunAsync(stopping.Token),
            kubelet.RunAsync(stopping.Token),
            new Scheduler(Objects).RunAsync(stopping.Token),
            new EventExpiry(Objects).RunAsync(stopping.Token),
        ];
        RegistryService.Create(Objects, new(ClusterAddresses.Node, EngineListeners.NodeRegistryPort), Listeners.Registry);
        begun.SetResult();
        await Task.WhenAny(all);
        await stopping.CancelAsync();
        await Task.WhenAll(all);
    }

    public Task StopAsync() => stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        for (var last = held.Count - 1; last >= 0; last--)
            held[last].Dispose();
        stopping.Dispose();
    }

    private ImageStoreOptions ImageOptions(EngineOptions options) => new()
    {
        Directory = Path.Combine(options.Directory, "layers"),
        OwnRegistries =
        [
            Listeners.Registry,
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Listeners.RegistryPort}"),
            string.Create(CultureInfo.InvariantCulture, $"{RegistryService.Host}:{EngineListeners.NodeRegistryPort}"),
        ],
        Registry = new RegistryOptions(),
        Time = options.Time,
    };

    private T Hold<T>(T part) where T : IDisposable
    {
        held.Add(part);
        return part;
    }
}
