using System.Net;
using System.Net.NetworkInformation;
using Kontrakt.Engine.Pods.Network.Egress;

namespace Engine.Tests.Pods.Network.Egress;

/// <summary>Public addresses are others' than the machine's and its surroundings'; exceptions are as narrow as they are written.</summary>
[TestClass]
public sealed class Reach
{
    [TestMethod]
    [DataRow("1.1.1.1", true)]
    [DataRow("100.63.255.255", true)]
    [DataRow("2606:4700::1111", true)]
    [DataRow("0.0.0.0", false)]
    [DataRow("10.0.0.1", false)]
    [DataRow("100.64.0.1", false)]
    [DataRow("127.0.0.1", false)]
    [DataRow("127.255.255.254", false)]
    [DataRow("168.63.129.16", false)]
    [DataRow("169.254.169.254", false)]
    [DataRow("172.16.0.1", false)]
    [DataRow("172.31.255.255", false)]
    [DataRow("192.168.1.1", false)]
    [DataRow("224.0.0.1", false)]
    [DataRow("255.255.255.255", false)]
    [DataRow("::", false)]
    [DataRow("::1", false)]
    [DataRow("::ffff:127.0.0.1", false)]
    [DataRow("::ffff:10.0.0.1", false)]
    [DataRow("::7f00:1", false)]
    [DataRow("64:ff9b::7f00:1", false)]
    [DataRow("2002:7f00:1::", false)]
    [DataRow("fd00::1", false)]
    [DataRow("fe80::1", false)]
    [DataRow("ff02::1", false)]
    public void IsPublicOrNot(string address, bool expected)
    {
        Assert.AreEqual(expected, PublicAddresses.Contains(IPAddress.Parse(address)));
    }

    [TestMethod]
    public void IsNotTheMachineItselfByAnyOfItsAddresses()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(link => link.GetIPProperties().UnicastAddresses).Select(each => each.Address).ToList();

        Assert.IsNotEmpty(own);
        Assert.IsEmpty(own.Where(PublicAddresses.Contains));
    }

    [TestMethod]
    [DataRow("nuget.corp.example", "nuget.corp.example", "10.1.2.3", 443, true)]
    [DataRow("nuget.corp.example", "NUGET.corp.example", "10.1.2.3", 80, true)]
    [DataRow("nuget.corp.example", "evil.nuget.corp.example", "10.1.2.3", 443, false)]
    [DataRow("nuget.corp.example:443", "nuget.corp.example", "10.1.2.3", 443, true)]
    [DataRow("nuget.corp.example:443", "nuget.corp.example", "10.1.2.3", 22, false)]
    [DataRow("10.0.0.0/8", "anything.example", "10.1.2.3", 22, true)]
    [DataRow("10.0.0.0/8", "anything.example", "11.1.2.3", 22, false)]
    [DataRow("10.1.2.3", "10.1.2.3", "10.1.2.3", 22, true)]
    [DataRow("10.1.2.3:8080", "10.1.2.3", "10.1.2.3", 8080, true)]
    [DataRow("10.1.2.3:8080", "10.1.2.3", "10.1.2.3", 8081, false)]
    [DataRow("[fd00::1]:8080", "fd00::1", "fd00::1", 8080, true)]
    [DataRow("fd00::1", "fd00::1", "fd00::1", 1, true)]
    public void IsWidenedByAnException(string exception, string host, string address, int port, bool expected)
    {
        Assert.AreEqual(expected, EgressExemption.Parse(exception).Covers(host, new(IPAddress.Parse(address), port)));
    }

    /// <summary>What a client writes into an annotation must not end the engine.</summary>
    [TestMethod]
    public void IsNotWidenedByWhatIsNotAnException()
    {
        var exemption = EgressExemption.Parse("a" + string.Concat(Enumerable.Repeat(":1", 500_000)));

        Assert.IsFalse(exemption.Covers("a", new(IPAddress.Loopback, 1)));
    }
}
