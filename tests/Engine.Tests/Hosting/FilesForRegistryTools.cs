using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Hosting;

namespace Engine.Tests.Hosting;

/// <summary>What informs other programs of the registry stays as long as the registry, also where an engine was killed.</summary>
[TestClass]
public sealed class FilesForRegistryTools : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-registries-");

    public void Dispose() => folder.Delete(recursive: true);

    [TestMethod]
    public void ThatAKilledEngineLeftAreDeletedByTheNext()
    {
        using var served = new TcpListener(IPAddress.Loopback, 0);
        served.Start();
        using var ended = new TcpListener(IPAddress.Loopback, 0);
        ended.Start();
        var (other, dead) = (Port(served), Port(ended));
        new RegistriesFile(folder.FullName, $"localhost:{other}").Write();
        new RegistriesFile(folder.FullName, $"localhost:{dead}").Write();
        File.WriteAllText(Path.Combine(folder.FullName, "kontrakt-engine-mine.conf"), "");
        ended.Stop();

        var own = new RegistriesFile(folder.FullName, "localhost:1");
        own.Write();

        CollectionAssert.AreEquivalent(new[] { "kontrakt-engine-mine.conf", "kontrakt-engine-localhost-1.conf", $"kontrakt-engine-localhost-{other}.conf" }, Names());
        own.Delete();
        Assert.DoesNotContain("kontrakt-engine-localhost-1.conf", Names());
    }

    private string[] Names() => [.. folder.GetFiles().Select(file => file.Name)];

    private static string Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
