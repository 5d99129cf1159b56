using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Dns;

/// <summary>Whatever is sent to the name server, it answers with an error or not at all.</summary>
[TestClass]
public sealed class BadQuestions : IDisposable
{
    private readonly NodeNetwork node = NetworkRights.OrSkip(NodeNetwork.Create);
    private readonly ClusterDns dns;

    public BadQuestions() => dns = new(node, new(new ObjectStore()), NullLogger.Instance);

    public void Dispose() => node.Dispose();

    /// <summary>What learns of names that do not exist must not end the name server.</summary>
    [TestMethod]
    public void AreAnsweredAlsoWhereWhatLearnsOfThemFails()
    {
        var failing = new ClusterDns(node, new(new ObjectStore()), NullLogger.Instance, (_, _) => throw new InvalidOperationException("no"));

        var reply = DnsClient.Read(failing.Answer(DnsClient.Question("nothing.example", DnsType.A), stream: false, System.Net.IPAddress.Loopback));

        Assert.AreEqual(2, reply.Code);
    }

    [TestMethod]
    [DataRow("", DisplayName = "empty")]
    [DataRow("1234010000", DisplayName = "less than a header")]
    [DataRow("123481000001000000000000" + "0000010001", DisplayName = "an answer")]
    public void SomeGetNone(string message) => Assert.IsNull(dns.Answer(Convert.FromHexString(message), stream: false));

    [TestMethod]
    [DataRow("123401000000000000000000", 1, DisplayName = "no question")]
    [DataRow("123401000002000000000000" + "0000010001" + "0000010001", 1, DisplayName = "two questions")]
    [DataRow("123401000001000000000000" + "3f61", 1, DisplayName = "a label that is cut off")]
    [DataRow("123401000001000000000000" + "C00C00010001", 1, DisplayName = "a name that points to itself")]
    [DataRow("123401000001000000000000" + "80610000010001", 1, DisplayName = "a label of an unknown kind")]
    [DataRow("123401000001000000000000" + "00000100", 1, DisplayName = "no class")]
    [DataRow("123401000001000000000001" + "0000010001" + "000029", 1, DisplayName = "an extension that is cut off")]
    [DataRow("123401000001000000000001" + "0000010001" + "00002904D000000000FFFF", 1, DisplayName = "an extension longer than the message")]
    [DataRow("123401000001000000000002" + "0000010001" + "00002904D0000000000000" + "00002904D0000000000000", 1, DisplayName = "two extensions")]
    [DataRow("123411000001000000000000" + "0000010001", 4, DisplayName = "another operation")]
    [DataRow("123401000001000000000000" + "0000010003", 5, DisplayName = "another class")]
    public void OthersAreToldWhatIsWrong(string message, int code)
    {
        var reply = DnsClient.Read(dns.Answer(Convert.FromHexString(message), stream: false));

        Assert.AreEqual((0x1234, code), (reply.Id, reply.Code));
        Assert.IsEmpty(reply.Answers);
    }

    [TestMethod]
    public void AnUnknownVersionOfTheExtensionIsToldSo()
    {
        var reply = DnsClient.Read(dns.Answer(DnsClient.Question("cluster.local", DnsType.A, 1232, version: 7), stream: false));

        Assert.AreEqual(0, reply.Code);
        CollectionAssert.AreEqual(new[] { " Opt 1" }, reply.Additional.ToArray(), "the upper bits of 16");
    }

    [TestMethod]
    [Timeout(120_000)]
    public void NoBytesBreakIt()
    {
        var random = new Random(20260101);
        var good = DnsClient.Question("_http._tcp.web.shop.svc.cluster.local", DnsType.Srv, 1232);

        for (var round = 0; round < 200_000; round++)
        {
            byte[] message;
            if (round % 2 == 0)
                random.NextBytes(message = new byte[random.Next(80)]);
            else
            {
                message = [.. good];
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    message[random.Next(message.Length)] = (byte)random.Next(256);
                message = message[..random.Next(message.Length + 1)];
            }
            if (message.Length > 2)
                message[2] &= 0x07;

            var answer = dns.Answer(message, stream: false);

            if (message.Length < 12)
                Assert.IsNull(answer);
            else
                Assert.AreNotEqual(2, DnsClient.Read(answer).Code, Convert.ToHexString(message));
        }
    }
}
