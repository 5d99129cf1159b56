using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Events;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Events;

/// <summary>Events are counted, limited and forgotten.</summary>
[TestClass]
public sealed class ToldEvents
{
    private readonly AdjustableTime time = new();
    private readonly ClusterObjects objects;
    private readonly PodEvents events;

    public ToldEvents()
    {
        objects = new(new(), [], time);
        var pod = objects.Create(Kinds.Pod, "ns", new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = "p" } });
        events = new(new(objects, "kubelet", "kontrakt"), pod.View, time);
    }

    [TestMethod]
    public void WhatIsToldAgainIsCounted()
    {
        events.Warning("BackOff", "again", "spec.containers{main}");
        events.Warning("BackOff", "again", "spec.containers{main}");
        events.Warning("BackOff", "again", "spec.containers{other}");

        var told = objects.Store.List(Kinds.Event, "ns").Items;
        CollectionAssert.AreEquivalent(new[] { "2", "1" }, told.Select(item => item.View.Text("count")).ToArray());
        Assert.AreEqual(("p", "kubelet", "kontrakt"), (told[0].View.Text("involvedObject", "name"), told[0].View.Text("source", "component"), told[0].View.Text("source", "host")));
    }

    [TestMethod]
    public void AnObjectWithTooMuchToTellIsCutShort()
    {
        for (var i = 0; i < 1000; i++)
            events.Normal("Noise", $"number {i}");

        Assert.HasCount(25, objects.Store.List(Kinds.Event).Items);
    }

    [TestMethod]
    public void AnHourLaterItIsForgotten()
    {
        events.Normal("Started", "old");
        time.Advance(TimeSpan.FromMinutes(59));
        events.Normal("Started", "new");
        time.Advance(TimeSpan.FromMinutes(2));

        new EventExpiry(objects).Sweep();
        events.Normal("Started", "old");

        CollectionAssert.AreEquivalent(new[] { ("new", "1"), ("old", "1") }, objects.Store.List(Kinds.Event).Items.Select(item => (item.View.Text("message"), item.View.Text("count"))).ToArray());
    }
}
