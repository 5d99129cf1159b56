using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Oci.Registry;

/// <summary>The retries of one operation: exponential back-off with jitter inside a budget that begins again whenever the operation moved on.</summary>
internal sealed class Retry(RegistryOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private long? firstFailure;
    private int attempt;

    /// <summary>Statuses that say "later" rather than "no".</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Exceptions of a connection that failed or was lost.</summary>
    public static bool IsTransient(Exception exception) => exception is HttpRequestException or IOException or TimeoutException or SocketException;

    public void MovedOn() => (firstFailure, attempt) = (null, 0);

    /// <summary>Waits before the next try; false when the budget does not allow one.</summary>
    /// <param name="why">A sentence for <see cref="RegistryOptions.OnRetry"/>.</param>
    /// <param name="atLeast">What the registry asked for (Retry-After).</param>
    /// <param name="limit">A smaller budget for failures that are less likely to pass.</param>
    public async Task<bool> AgainAsync(string why, TimeSpan? atLeast, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var budget = limit < options.RetryBudget ? limit.Value : options.RetryBudget;
        firstFailure ??= options.Time.GetTimestamp();
        var left = budget - options.Time.GetElapsedTime(firstFailure.Value);
        if (left <= TimeSpan.Zero || atLeast > left)
            return false;
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempt++, 10));
        delay = (delay > LongestDelay ? LongestDelay : delay) * (0.5 + Random.Shared.NextDouble() / 2);
        delay = delay < atLeast ? atLeast.Value : delay > left ? left : delay;
        options.OnRetry?.Invoke($"{why}; trying again in {delay.TotalSeconds:0.0} s");
        await Task.Delay(delay, options.Time, cancellationToken);
        return true;
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : null,
        _ => null,
    };
}
