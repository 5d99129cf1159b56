using Kontrakt.Engine.Pods.Probes;

namespace Engine.Tests.Pods.Probes;

/// <summary>So many tries of one kind in a row decide, not one.</summary>
[TestClass]
public sealed class Verdicts
{
    [TestMethod]
    [DataRow("{}", "+", "+")]
    [DataRow("{}", "---", "..-")]
    [DataRow("{}", "--+--", "..+..")]
    [DataRow("""{"failureThreshold": 1}""", "-+-", "-+-")]
    [DataRow("""{"successThreshold": 2, "failureThreshold": 2}""", "+-++--", "...+.-")]
    [DataRow("""{"failureThreshold": 2}""", "----", ".---")]
    public void AVerdictTakesItsThreshold(string settings, string tries, string verdicts)
    {
        var counter = new ProbeCounter(ProbeSettings.Read(PodJson.Parse(settings)));

        var found = string.Concat(tries.Select(each => counter.Count(each == '+') switch { true => '+', false => '-', null => '.' }));

        Assert.AreEqual(verdicts, found);
    }

    [TestMethod]
    public void WhatIsNotSaidIsAsInKubernetes()
    {
        var settings = ProbeSettings.Read([]);

        Assert.AreEqual(new(TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 1, 3), settings);
    }
}
