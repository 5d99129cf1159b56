namespace Kontrakt.Engine.Pods.Network.Services;

public enum ServiceProtocol { Tcp, Udp }
