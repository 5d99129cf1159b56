using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Lists, watches from there on, and lists again where the server has forgotten where we were; reports only what really changed.</summary>
internal sealed class Watcher(RequestSender sender, ApiResource resource, ListOptions options)
{
    private static readonly TimeSpan ShortLived = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, KubernetesObject> known = new(StringComparer.Ordinal);
    private string resourceVersion = "";
    private int fruitless;

    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var synced = false;
        while (true)
        {
            foreach (var change in await ListAsync(cancellationToken))
                yield return change;
            if (!synced)
                yield return new(WatchEventType.Synced, null);
            synced = true;
            for (var expired = false; !expired;)
            {
                var opened = sender.Options.Time.GetTimestamp();
                using var stream = await OpenAsync(cancellationToken);
                var heard = false;
                while (stream is not null && await stream.NextAsync(cancellationToken) is { } line)
                {
                    heard = true;
                    foreach (var change in Apply(line))
                        yield return change;
                }
                expired = stream is null || stream.IsExpired || resourceVersion.Length == 0;
                var quick = sender.Options.Time.GetElapsedTime(opened) < ShortLived;
                fruitless = heard || !quick ? 0 : fruitless + 1;
                if (fruitless > 0)
                    await Task.Delay(Backoff.Pause(fruitless - 1), sender.Options.Time, cancellationToken);
            }
        }
    }

    private async Task<List<WatchEvent>> ListAsync(CancellationToken cancellationToken)
    {
        var changes = new List<WatchEvent>();
        var gone = new HashSet<string>(known.Keys, StringComparer.Ordinal);
        await foreach (var page in ListReader.PagesAsync(sender, resource, options, cancellationToken))
        {
            resourceVersion = page.ResourceVersion; // Pages of one list carry the same; after a restart the last list's counts.
            foreach (var item in page.Items)
            {
                gone.Remove(ListReader.Key(item));
                Note(item, changes);
            }
        }
        foreach (var key in gone)
            if (known.Remove(key, out var last))
                changes.Add(new(WatchEventType.Deleted, last));
        return changes;
    }

    /// <summary>A watch from where we are; null when the server no longer knows that place.</summary>
    private async Task<WatchStream?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await WatchStream.OpenAsync(sender, resource, options, resourceVersion, cancellationToken);
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Gone)
        {
            return null;
        }
    }

    private List<WatchEvent> Apply(WatchLine line)
    {
        var changes = new List<WatchEvent>(1);
        if (line.Object.ResourceVersion.Length > 0)
            resourceVersion = line.Object.ResourceVersion;
        if (line.Type is "ADDED" or "MODIFIED")
            Note(line.Object, changes);
        else if (line.Type == "DELETED" && known.Remove(ListReader.Key(line.Object)))
            changes.Add(new(WatchEventType.Deleted, line.Object));
        return changes;
    }

    private void Note(KubernetesObject item, List<WatchEvent> changes)
    {
        var key = ListReader.Key(item);
        var before = known.GetValueOrDefault(key);
        known[key] = item;
        if (before is null)
            changes.Add(new(WatchEventType.Added, item));
        else if (before.Uid != item.Uid)
            changes.AddRange([new(WatchEventType.Deleted, before), new(WatchEventType.Added, item)]);
        else if (before.ResourceVersion != item.ResourceVersion || item.ResourceVersion.Length == 0)
            changes.Add(new(WatchEventType.Modified, item));
    }
}
