using System.Diagnostics;
using Kontrakt.Clusters;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed class OwnersOfLeases
{
    [TestMethod]
    public void ThisProcessLives() => Assert.IsFalse(LeaseOwner.IsDead(LeaseOwner.Current()));

    [TestMethod]
    [Timeout(60_000)]
    public async Task AProcessThatEndedIsDead()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();

        Assert.IsTrue(LeaseOwner.IsDead(WithPid(process.Id)));
    }

    [TestMethod]
    public void ALaterProcessOfTheSameIdIsAnother()
    {
        var parts = LeaseOwner.Current().Split('.');

        Assert.IsTrue(LeaseOwner.IsDead($"{parts[0]}.{parts[1]}.{parts[2]}1"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("0123456789ab.1.2")]
    [DataRow("nonsense")]
    public void OthersAreNotJudged(string owner) => Assert.IsFalse(LeaseOwner.IsDead(owner));

    [TestMethod]
    public void WhatOutlivesItsProcessIsNotDead()
    {
        Assert.IsFalse(LeaseOwner.IsDead(LeaseOwner.Detached));
        Assert.IsFalse(LeaseOwner.IsDead(LeaseOwner.Kept));
    }

    internal static string WithPid(int pid)
    {
        var parts = LeaseOwner.Current().Split('.');
        return $"{parts[0]}.{pid}.{parts[2]}";
    }
}
