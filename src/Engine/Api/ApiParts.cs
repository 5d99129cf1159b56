using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Api;

/// <summary>What the API is made of.</summary>
public sealed record ApiParts
{
    public required ClusterObjects Objects { get; init; }
    public required Authenticator Authenticator { get; init; }
    public required Authorizer Authorizer { get; init; }
    public required TokenIssuer Tokens { get; init; }
    public required PodLogs Logs { get; init; }
    public required PodExec Exec { get; init; }
    public required PodUsages Usages { get; init; }
    /// <summary>Connects to a pod's address; a <see cref="SocketException"/> says why not.</summary>
    public required Func<IPEndPoint, CancellationToken, Task<Socket>> ConnectToPod { get; init; }
    public required ILogger Logger { get; init; }
    /// <summary>The engine ends: watches and followed logs end with it.</summary>
    public CancellationToken Stopping { get; init; }

    public TimeProvider Time => Objects.Time;
}
