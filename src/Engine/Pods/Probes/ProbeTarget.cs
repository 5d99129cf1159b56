using System.Net;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>What probes and hooks are about: the container's process and its pod's address.</summary>
internal sealed record ProbeTarget(ContainerProcess Process, IPAddress Address, PodDialer Dialer);
