using System.Threading.Channels;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Keys that wait to be looked at, each once however often it was added; at once, at a time of its own, or after a pause that grows with
/// each failure. For one reader, so that no two look at one key.
/// </summary>
internal sealed class WorkQueue : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    /// <summary>A timer cannot be set to years from now; it is set again when it rings.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly Channel<ObjectKey> ready = Channel.CreateUnbounded<ObjectKey>(new() { SingleReader = true });
    private readonly HashSet<ObjectKey> waiting = [];
    private readonly Dictionary<ObjectKey, DateTimeOffset> due = [];
    private readonly PriorityQueue<ObjectKey, DateTimeOffset> byTime = new();
    private readonly Dictionary<ObjectKey, int> failures = [];
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private bool disposed;

    public WorkQueue(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(ObjectKey key)
    {
        lock (gate)
            AddNow(key);
    }

    /// <summary>The next key. From here on it may be added again, for changes that come while it is looked at.</summary>
    public async ValueTask<ObjectKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await ready.Reader.ReadAsync(cancellationToken);
        lock (gate)
            waiting.Remove(key);
        return key;
    }

    /// <param name="next">When to look again; replaces what was reported before.</param>
    public void Succeeded(ObjectKey key, DateTimeOffset? next)
    {
        lock (gate)
        {
            failures.Remove(key);
            Schedule(key, next);
        }
    }

    /// <summary>Tries again after a pause.</summary>
    /// <returns>How often it has failed in a row.</returns>
    public int Failed(ObjectKey key)
    {
        lock (gate)
        {
            var times = failures[key] = failures.GetValueOrDefault(key) + 1;
            var pause = FirstPause * Math.Pow(2, Math.Min(times - 1, 20));
            Schedule(key, time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause));
            return times;
        }
    }

    public void Dispose()
    {
        lock (gate)
            disposed = true;
        timer.Dispose();
    }

    private void Ring()
    {
        lock (gate)
            Release();
    }

    private void AddNow(ObjectKey key)
    {
        if (waiting.Add(key))
            ready.Writer.TryWrite(key);
    }

    private void Schedule(ObjectKey key, DateTimeOffset? next)
    {
        if (next is { } at)
        {
            due[key] = at;
            byTime.Enqueue(key, at);
        }
        else
        {
            due.Remove(key);
        }
        Release();
    }

    /// <summary>Adds what is due, and sets the timer to what will be next. An entry that was replaced meanwhile is dropped.</summary>
    private void Release()
    {
        var now = time.GetUtcNow();
        while (byTime.TryPeek(out var key, out var at))
        {
            if (!due.TryGetValue(key, out var wanted) || wanted != at)
            {
                byTime.Dequeue();
                continue;
            }
            if (at > now)
                break;
            byTime.Dequeue();
            due.Remove(key);
            AddNow(key);
        }
        if (disposed)
            return;
        var pause = byTime.TryPeek(out _, out var first) ? first - now : Timeout.InfiniteTimeSpan;
        timer.Change(pause < LongestTimer ? pause : LongestTimer, Timeout.InfiniteTimeSpan);
        if (byTime.Count > 0 && first <= time.GetUtcNow())
            Release(); // The clock went on meanwhile, by more than a timer that was set from what it had shown would know.
    }
}
