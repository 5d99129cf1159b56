using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Api;

/// <summary>A watch tells every change once, in order, for as long as it was asked to.</summary>
[TestClass]
public sealed class Watches
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    [TestMethod]
    [Timeout(60_000)]
    public async Task WithoutARevisionItBeginsWithWhatIsThere()
    {
        await using var host = await ApiHost.StartAsync();
        Add(host, "a");
        using var watch = await OpenAsync(host, "?watch=true&timeoutSeconds=30");

        Assert.AreEqual("ADDED a", await watch.NextAsync());
        Add(host, "b");
        host.Objects.Update(Key("b"), map => map["data"] = new JsonObject { ["x"] = "2" });
        host.Objects.Delete(Key("b"), new());

        Assert.AreEqual("ADDED b", await watch.NextAsync());
        Assert.AreEqual("MODIFIED b", await watch.NextAsync());
        Assert.AreEqual("DELETED b", await watch.NextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AfterARevisionItTellsWhatCameLater()
    {
        await using var host = await ApiHost.StartAsync();
        var revision = Add(host, "a").Revision;
        Add(host, "b");
        using var watch = await OpenAsync(host, $"?watch=1&resourceVersion={revision}");

        Assert.AreEqual("ADDED b", await watch.NextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatBeginsToMatchIsAddedAndWhatNoLongerDoesIsDeleted()
    {
        await using var host = await ApiHost.StartAsync();
        using var watch = await OpenAsync(host, "?watch=true&labelSelector=on%3Dyes&resourceVersion=" + host.Objects.Store.Revision);
        Add(host, "a");

        Label(host, "a", "yes");
        Assert.AreEqual("ADDED a", await watch.NextAsync());
        var off = Label(host, "a", "no");

        Assert.AreEqual("DELETED a", await watch.NextAsync());
        Assert.AreEqual((off.View.ResourceVersion, "yes"), (watch.Last.ResourceVersion, watch.Last.Labels["on"]));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItEndsAtItsTimeWithABookmark()
    {
        await using var host = await ApiHost.StartAsync();
        using var watch = await OpenAsync(host, "?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=" + host.Objects.Store.Revision);
        // Of another kind: the bookmark is past it all the same.
        host.Objects.Create(Kinds.Secret, "ns", new() { ["metadata"] = new JsonObject { ["name"] = "s" } });

        Assert.AreEqual("BOOKMARK ", await watch.NextAsync());
        Assert.AreEqual($"{host.Objects.Store.Revision}", watch.Last.ResourceVersion);
        Assert.IsNull(await watch.NextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheEndOfWhatWasThereIsMarkedWhereThatIsAskedFor()
    {
        await using var host = await ApiHost.StartAsync();
        Add(host, "a");
        using var watch = await OpenAsync(host, "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=1");

        Assert.AreEqual("ADDED a", await watch.NextAsync());
        Assert.AreEqual("BOOKMARK ", await watch.NextAsync());
        Assert.AreEqual("true", watch.Last.Annotations["k8s.io/initial-events-end"]);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("1")]
    [DataRow("99999999")]
    public async Task ARevisionThatIsForgottenOrOfAnotherEngineIsExpired(string revision)
    {
        await using var host = await ApiHost.StartAsync(history: 4);
        for (var i = 0; i < 6; i++)
            Add(host, $"m{i}");
        using var watch = await OpenAsync(host, $"?watch=true&resourceVersion={revision}");

        Assert.AreEqual("ERROR ", await watch.NextAsync());
        Assert.AreEqual(("410", "Expired"), (watch.Last.Text("code"), watch.Last.Text("reason")));
        Assert.IsNull(await watch.NextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ATableIsWatchedRowByRow()
    {
        await using var host = await ApiHost.StartAsync();
        Add(host, "a");
        using var watch = await OpenAsync(host, "?watch=true", "application/json;as=Table;v=v1;g=meta.k8s.io");

        Assert.AreEqual("ADDED ", await watch.NextAsync());
        Assert.AreEqual("a", watch.Last.Text("rows", 0, "cells", 0));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TwoHundredWatchersSeeTheSame()
    {
        await using var host = await ApiHost.StartAsync();
        var watches = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => OpenAsync(host, "?watch=true")));
        try
        {
            for (var i = 0; i < 50; i++)
                Add(host, $"m{i:D2}");

            var seen = await Task.WhenAll(watches.Select(async watch => string.Join(",", await TakeAsync(watch, 50))));

            Assert.AreEqual(string.Join(",", Enumerable.Range(0, 50).Select(i => $"ADDED m{i:D2}")), seen.Distinct().Single());
        }
        finally
        {
            foreach (var watch in watches)
                watch.Dispose();
        }
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AWatcherThatNeverReadsHoldsUpNobody()
    {
        await using var host = await ApiHost.StartAsync(history: 64);
        using var idle = await OpenAsync(host, "?watch=true");
        var large = new string('x', 200_000);
        for (var i = 0; i < 200; i++)
            host.Objects.Create(Kinds.ConfigMap, "ns", new() { ["metadata"] = new JsonObject { ["name"] = $"m{i}" }, ["data"] = new JsonObject { ["x"] = large } });

        using var other = await OpenAsync(host, "?watch=true&resourceVersion=" + host.Objects.Store.Revision);
        Add(host, "last");

        Assert.AreEqual("ADDED last", await other.NextAsync());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheEndOfTheEngineEndsIt()
    {
        WatchReader watch;
        await using (var host = await ApiHost.StartAsync())
            watch = await OpenAsync(host, "?watch=true&timeoutSeconds=3000");

        Assert.IsNull(await watch.NextAsync());
        watch.Dispose();
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ThatItsClientIsGoneIsNoFault()
    {
        await using var host = await ApiHost.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var watches = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(host, "?watch=true&resourceVersion=" + host.Objects.Store.Revision)));
            var writing = Task.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                    host.Objects.Delete(Add(host, $"m{i}").Key, new());
            });
            foreach (var watch in watches)
                watch.Dispose();
            await writing;
        }

        await host.StopAsync();

        Assert.IsEmpty(host.Log.Seen);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OurClientWatchesAndKeepsUp()
    {
        await using var host = await ApiHost.StartAsync();
        Add(host, "a");
        await using var events = host.Client.WatchAsync(ApiResource.ConfigMaps, new("ns"), CancellationToken.None).GetAsyncEnumerator();

        var seen = new List<string>();
        while (seen.Count < 4 && await events.MoveNextAsync())
        {
            seen.Add($"{events.Current.Type} {events.Current.Object?.Name}");
            if (events.Current.Type == WatchEventType.Synced)
            {
                Add(host, "b");
                host.Objects.Delete(Key("a"), new());
            }
        }

        CollectionAssert.AreEqual(new[] { "Added a", "Synced ", "Added b", "Deleted a" }, seen);
    }

    private static StoredObject Add(ApiHost host, string name) =>
        host.Objects.Create(Kinds.ConfigMap, "ns", new() { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name } });

    private static StoredObject Label(ApiHost host, string name, string on) =>
        host.Objects.Update(Key(name), map => map["metadata"]!["labels"] = new JsonObject { ["on"] = on });

    private static ObjectKey Key(string name) => new(Kinds.ConfigMap, "ns", name);

    private static async Task<List<string>> TakeAsync(WatchReader watch, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && await watch.NextAsync() is { } line)
            taken.Add(line);
        return taken;
    }

    private static async Task<WatchReader> OpenAsync(ApiHost host, string query, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + query);
        request.Headers.Authorization = new("Bearer", host.Token);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new(response, new(await response.Content.ReadAsStreamAsync()));
    }

    private sealed class WatchReader(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public KubernetesObject Last { get; private set; } = new([]);

        /// <returns>"ADDED name"; null at the end.</returns>
        public async Task<string?> NextAsync()
        {
            if (await reader.ReadLineAsync() is not { } line)
                return null;
            var change = JsonNode.Parse(line)!.AsObject();
            Last = new(change["object"]!.DeepClone().AsObject());
            return $"{change["type"]} {Last.Name}";
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
