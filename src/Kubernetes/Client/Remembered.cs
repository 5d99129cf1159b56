using System.Collections.Concurrent;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Answers that are asked for once: callers of one key wait for the first; failures are not kept.</summary>
internal sealed class Remembered<TKey, TValue> where TKey : notnull
{
    private sealed class Slot
    {
        public readonly Gate Gate = new();
        public bool Known;
        public TValue? Value;
    }

    private ConcurrentDictionary<TKey, Slot> slots = new();

    public Task<TValue> GetAsync(TKey key, Func<CancellationToken, Task<TValue>> ask, CancellationToken cancellationToken)
    {
        var slot = slots.GetOrAdd(key, _ => new());
        return slot.Gate.RunAsync(async () =>
        {
            if (slot.Known && slot.Value is { } known)
                return known;
            var value = await ask(cancellationToken);
            (slot.Value, slot.Known) = (value, true);
            return value;
        }, cancellationToken);
    }

    public void Clear() => slots = new();
}
