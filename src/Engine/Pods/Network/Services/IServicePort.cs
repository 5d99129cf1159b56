namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>One port of a Service as it is being served.</summary>
internal interface IServicePort
{
    /// <summary>Serve it like this from now on.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Its address cannot be listened at.</exception>
    void Use(ServicePort port);

    /// <summary>Serve it no longer.</summary>
    void Close();
}
