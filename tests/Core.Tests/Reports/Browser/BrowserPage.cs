using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Tests.Reports.Browser;

/// <summary>A page in a browser, over the DevTools protocol: commands by number, events in between.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly ConcurrentQueue<JsonNode> _events = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _token;
    private Task _reading = Task.CompletedTask;
    private string? _session;
    private int _number;

    private BrowserPage(CancellationToken cancellationToken) => _token = cancellationToken;

    /// <summary>What the page wrote to its console, refused to load or run, or threw.</summary>
    public IEnumerable<string> Complaints => _events
        .Where(each => (string?)each["method"] is "Log.entryAdded" or "Runtime.consoleAPICalled" or "Runtime.exceptionThrown")
        .Select(each => each["params"]?.ToJsonString() ?? "");

    /// <summary>Addresses that the page asked for.</summary>
    public IEnumerable<string> Requests => _events.Where(each => (string?)each["method"] == "Network.requestWillBeSent").Select(each => (string?)each["params"]?["request"]?["url"] ?? "");

    /// <param name="scheme">light or dark: what the reader prefers.</param>
    public static async Task<BrowserPage> OpenAsync(Chromium chromium, string file, string scheme, CancellationToken cancellationToken)
    {
        var page = new BrowserPage(cancellationToken);
        await page._socket.ConnectAsync(chromium.Address, cancellationToken);
        page._reading = page.ReadAsync();
        var target = await page.AskAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await page.AskAsync("Target.attachToTarget", new() { ["targetId"] = (string?)target["targetId"], ["flatten"] = true });
        page._session = (string?)attached["sessionId"];
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "Accessibility" })
            await page.AskAsync($"{domain}.enable");
        await page.AskAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = 1280, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await page.AskAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) });
        await page.AskAsync("Page.navigate", new() { ["url"] = new Uri(file).AbsoluteUri });
        await page._loaded.Task.WaitAsync(cancellationToken);
        return page;
    }

    public async Task<JsonNode> AskAsync(string method, JsonObject? parameters = null)
    {
        var number = Interlocked.Increment(ref _number);
        var answer = _asked[number] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session is not null)
            message["sessionId"] = _session;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _token);
        return await answer.Task.WaitAsync(_token);
    }

    /// <summary>A script's value; promises are waited for.</summary>
    public async Task<JsonNode?> RunAsync(string script)
    {
        var answer = await AskAsync("Runtime.evaluate", new() { ["expression"] = script, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.IsNull(answer["exceptionDetails"], answer.ToJsonString());
        return answer["result"]?["value"];
    }

    /// <summary>What a screen reader is told: role and name of everything that has one.</summary>
    public async Task<IReadOnlyList<(string Role, string Name)>> AccessibilityAsync()
    {
        var tree = await AskAsync("Accessibility.getFullAXTree");
        return [.. from node in tree["nodes"]?.AsArray() ?? []
                   where (bool?)node?["ignored"] != true
                   select ((string?)node?["role"]?["value"] ?? "", (string?)node?["name"]?["value"] ?? "")];
    }

    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String((string?)(await AskAsync("Page.captureScreenshot"))["data"] ?? "");

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (await _socket.ReceiveAsync(buffer, _token) is { MessageType: not WebSocketMessageType.Close } part)
            {
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length)) ?? throw new InvalidDataException("an empty message"));
                message.SetLength(0);
            }
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException)
        {
            foreach (var asked in _asked.Values)
                asked.TrySetException(ended);
            _loaded.TrySetException(ended);
        }
    }

    private void Take(JsonNode message)
    {
        if ((int?)message["id"] is { } number && _asked.TryRemove(number, out var asked))
        {
            if (message["error"] is { } error)
                asked.SetException(new InvalidOperationException(error.ToJsonString()));
            else
                asked.SetResult(message["result"] ?? new JsonObject());
            return;
        }
        _events.Enqueue(message);
        if ((string?)message["method"] == "Page.loadEventFired")
            _loaded.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }
}
