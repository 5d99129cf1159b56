using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api;

/// <summary>Logs and commands of pods, as streams.</summary>
[TestClass]
public sealed class Streams
{
    private const string Pod = "/api/v1/namespaces/ns/pods/p";

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ALogIsTextAndIsFollowed()
    {
        await using var host = await ApiHost.StartAsync();
        var prefix = Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"), "log");
        var log = host.Logs.Open("kontrakt://1", prefix);
        Run(host, "kontrakt://1");
        log.Write(false, "one\ntwo\n"u8);

        var tail = await host.GetAsync($"{Pod}/log?tailLines=1");
        using var response = await OpenAsync(host, $"{Pod}/log?follow=true");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = await reader.ReadLineAsync();
        log.Write(true, "three\n"u8);
        log.Complete();

        Assert.AreEqual("two\n", tail.Text);
        Assert.AreEqual("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual(("one", "two\nthree\n"), (first, await reader.ReadToEndAsync()));
        host.Logs.Remove("kontrakt://1");
    }

    [TestMethod]
    [DataRow("container=x", 400, "container x is not valid for pod p")]
    [DataRow("tailLines=-1", 422, "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [DataRow("sinceTime=yesterday", 400, "sinceTime: \"yesterday\" is not a time as RFC 3339 has it")]
    public async Task ALogThatThereIsNotIsRefused(string query, int code, string message)
    {
        await using var host = await ApiHost.StartAsync();
        Run(host, "kontrakt://1");

        var answer = await host.GetAsync($"{Pod}/log?{query}");

        Assert.AreEqual((code, message), (answer.Code, answer.Message.Replace("PodLogOptions. ", "PodLogOptions ")));
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("v5.channel.k8s.io")]
    [DataRow("v4.channel.k8s.io")]
    public async Task ACommandsStreamsAndItsExitCodeGoOverAWebSocket(string protocol)
    {
        await using var host = await ApiHost.StartAsync();
        var pod = Run(host, "kontrakt://1");
        host.Exec.Add(pod.View.Uid, "c", ReverseAsync);
        using var socket = await ConnectAsync(host, $"{Pod}/exec?command=rev&command=x&stdin=true&stdout=true&stderr=true", protocol);

        await socket.SendAsync(new byte[] { 0, (byte)'a', (byte)'b', (byte)'\n' }, WebSocketMessageType.Binary, true, default);
        var received = await ReceiveAllAsync(socket);

        Assert.AreEqual(("ba\n", "rev x"), (received[1], received[2]));
        var status = JsonNode.Parse(received[3])!;
        Assert.AreEqual(("NonZeroExitCode", "3"), ((string?)status["reason"], (string?)status["details"]!["causes"]![0]!["message"]));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ACommandEndsWithItsClient()
    {
        await using var host = await ApiHost.StartAsync();
        var ended = new TaskCompletionSource();
        var pod = Run(host, "kontrakt://1");
        host.Exec.Add(pod.View.Uid, "c", async (_, token) =>
        {
            await using var registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        });
        using var socket = await ConnectAsync(host, $"{Pod}/exec?command=sleep&stdout=true", "v5.channel.k8s.io");

        socket.Abort();

        await ended.Task;
    }

    [TestMethod]
    [DataRow("websocket", "stdout=true", "unable to upgrade connection: container not found (\"c\")")]
    [DataRow("SPDY/2", "stdout=true", "to run a command, upgrade the connection to a WebSocket or SPDY/3.1 with v4.channel.k8s.io, as kubectl does")]
    [DataRow("", "stdout=true", "to run a command, upgrade the connection to a WebSocket or SPDY/3.1 with v4.channel.k8s.io, as kubectl does")]
    public async Task WhatCannotBeRunIsRefusedBeforeItBegins(string upgrade, string query, string message)
    {
        await using var host = await ApiHost.StartAsync();
        Run(host, "kontrakt://1");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Pod}/exec?command=ls&{query}");
        request.Headers.Authorization = new("Bearer", host.Token);
        if (upgrade.Length > 0)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new(upgrade.Split('/')[0], upgrade.Contains('/') ? upgrade.Split('/')[1] : null));
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
            request.Headers.Add("Sec-WebSocket-Protocol", "v4.channel.k8s.io");
        }

        using var response = await host.Http.SendAsync(request);

        Assert.AreEqual(message, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]);
    }

    private static async Task<int> ReverseAsync(PodExecRequest request, CancellationToken cancellationToken)
    {
        var line = await new StreamReader(request.Input!).ReadLineAsync(cancellationToken);
        await request.Output.WriteAsync(Encoding.UTF8.GetBytes(new string([.. line!.Reverse()]) + "\n"), cancellationToken);
        await request.Error.WriteAsync(Encoding.UTF8.GetBytes(string.Join(' ', request.Command)), cancellationToken);
        return 3;
    }

    private static StoredObject Run(ApiHost host, string container)
    {
        return host.Pod(new()
        {
            ["phase"] = "Running",
            ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "c", ["containerID"] = container, ["state"] = new JsonObject { ["running"] = new JsonObject() } }),
        });
    }

    private static async Task<HttpResponseMessage> OpenAsync(ApiHost host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", host.Token);
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<ClientWebSocket> ConnectAsync(ApiHost host, string path, string protocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.SetRequestHeader("Authorization", $"Bearer {host.Token}");
        socket.Options.RemoteCertificateValidationCallback = ApiHost.IsOurs;
        await socket.ConnectAsync(new UriBuilder(new Uri(host.Server, path)) { Scheme = "wss" }.Uri, default);
        return socket;
    }

    private static async Task<Dictionary<int, string>> ReceiveAllAsync(ClientWebSocket socket)
    {
        var channels = new Dictionary<int, string>();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: not WebSocketMessageType.Close } message)
            channels[buffer[0]] = channels.GetValueOrDefault(buffer[0], "") + Encoding.UTF8.GetString(buffer, 1, message.Count - 1);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default);
        return channels;
    }
}
