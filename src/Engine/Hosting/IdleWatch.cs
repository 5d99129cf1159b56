using System.Globalization;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// Ends an engine that nobody uses: no request for a while, none in progress (a watch is one), and no namespace that is kept (KontraktKeep
/// writes until when).
/// </summary>
internal sealed class IdleWatch(ObjectStore store, TimeSpan idleTime, TimeProvider time)
{
    private int inProgress;
    private long lastUse = time.GetTimestamp();

    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref inProgress);
        try
        {
            await next(context);
        }
        finally
        {
            Volatile.Write(ref lastUse, time.GetTimestamp());
            Interlocked.Decrement(ref inProgress);
        }
    }

    /// <summary>Returns when the engine is idle.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (Remaining() is { Ticks: > 0 } remaining)
            await Task.Delay(remaining, time, cancellationToken);
    }

    private TimeSpan Remaining()
    {
        if (Volatile.Read(ref inProgress) > 0)
            return idleTime;
        var now = time.GetUtcNow();
        var unused = idleTime - time.GetElapsedTime(Volatile.Read(ref lastUse));
        var kept = store.List(Kinds.Namespace).Items.Select(item => item.View.Annotations.GetValueOrDefault("kontrakt/expires"))
            .Select(text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var expires) ? expires - now : TimeSpan.Zero)
            .DefaultIfEmpty(TimeSpan.Zero).Max();
        return unused > kept ? unused : kept;
    }
}
