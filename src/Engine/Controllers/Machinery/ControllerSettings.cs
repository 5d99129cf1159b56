using System.Net;

namespace Kontrakt.Engine.Controllers;

/// <summary>What controllers have to know of the rest of the engine.</summary>
/// <param name="RootCertificate">PEM of the authority that the API's certificate comes from: the ConfigMap kube-root-ca.crt of each namespace.</param>
/// <param name="Api">Where the API listens for pods: the endpoints of the Service "kubernetes".</param>
public sealed record ControllerSettings(string RootCertificate, IPEndPoint Api);
