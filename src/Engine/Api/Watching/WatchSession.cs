using System.Globalization;
using System.IO.Pipelines;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Watching;

/// <summary>
/// One watch, until its time is up, its client is gone or the engine ends. It holds only a place in the store's changes and the
/// server's bounded buffer: while a client does not read, nothing is written, and after some seconds the server drops it.
/// </summary>
internal sealed class WatchSession(ApiParts parts, ApiCall call, WatchEvents events)
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromMinutes(1);
    /// <summary>How long after its end a watch may still hang in a client that does not read.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);
    private readonly ObjectStore store = parts.Objects.Store;
    private readonly LabelSelector labels = LabelSelector.Parse(call.Query.Text("labelSelector"));
    private readonly FieldSelector fields = FieldSelector.Parse(call.Served, call.Query.Text("fieldSelector"));
    private readonly bool bookmarks = call.Query.Flag("allowWatchBookmarks");
    private readonly PipeWriter output = call.Http.Response.BodyWriter;
    private readonly List<StoreEvent> batch = [];
    private long seen;

    public async Task RunAsync()
    {
        var (begin, initial) = Begin();
        seen = begin;
        var duration = Duration();
        var end = parts.Time.GetUtcNow() + duration;
        using var overdue = new CancellationTokenSource(duration + Leeway, parts.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, parts.Stopping, overdue.Token);
        Answer.Begin(call.Http, 200, events.ContentType);
        try
        {
            await FlushAsync(over.Token);
            foreach (var item in initial ?? [])
                await WriteInitialAsync(item, over.Token);
            if (initial is not null && bookmarks && call.Query.Flag("sendInitialEvents"))
                events.WriteBookmark(output, seen, initialEnd: true);
            await FlushAsync(over.Token);
            await FollowAsync(end, over.Token);
        }
        catch (StatusException expired)
        {
            events.WriteError(output, expired);
        }
        // That the client is gone can be seen before the server says so.
        catch (OperationCanceledException gone) when (over.IsCancellationRequested || gone.CancellationToken == call.Aborted)
        {
            if (overdue.IsCancellationRequested)
                call.Http.Abort();
            if (!parts.Stopping.IsCancellationRequested)
                return;
        }
        await output.FlushAsync(call.Aborted);
    }

    private async Task FollowAsync(DateTimeOffset end, CancellationToken cancellationToken)
    {
        var bookmark = parts.Time.GetUtcNow() + BookmarkEvery;
        while (true)
        {
            var more = store.ReadChanges(call.Kind, call.ListedNamespace, ref seen, batch);
            foreach (var change in batch)
                Write(change);
            if (batch.Count > 0)
                await FlushAsync(cancellationToken);
            var now = parts.Time.GetUtcNow();
            // Only with nothing left to tell is the place that a bookmark names the place that the client knows.
            if (batch.Count == 0 && bookmarks && (now >= bookmark || now >= end))
            {
                events.WriteBookmark(output, seen, initialEnd: false);
                await FlushAsync(cancellationToken);
                bookmark = now + BookmarkEvery;
            }
            if (now >= end || !ServedKinds.IsServed(store, call.Kind))
                return;
            if (batch.Count == 0)
                await WaitAsync(more, bookmarks && bookmark < end ? bookmark - now : end - now, cancellationToken);
        }
    }

    private async Task WaitAsync(Task more, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await more.WaitAsync(atMost, parts.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time for a bookmark, or the end.
        }
    }

    /// <summary>The revision to watch from, and what has to be reported before; null for nothing.</summary>
    private (long Revision, IReadOnlyList<StoredObject>? Initial) Begin()
    {
        var asked = call.Query.Revision ?? 0;
        if (asked > 0 && !call.Query.Flag("sendInitialEvents"))
            return (asked, null);
        var list = store.List(call.Kind, call.ListedNamespace);
        return (list.Revision, call.Query.Text("sendInitialEvents") == "false" ? null : list.Items);
    }

    /// <summary>As asked for, or else between half an hour and a whole one, so that not all clients come back at once.</summary>
    private TimeSpan Duration() =>
        call.Query.Number("timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 24 * 3600)) : TimeSpan.FromSeconds(Random.Shared.Next(1800, 3600));

    private async Task WriteInitialAsync(StoredObject item, CancellationToken cancellationToken)
    {
        if (!Selects(item))
            return;
        events.Write(output, "ADDED", call.Served.Show(item));
        if (output.UnflushedBytes > 64 * 1024)
            await FlushAsync(cancellationToken);
    }

    /// <summary>An object that begins to match has been added, to who sees only what matches; one that no longer does is deleted.</summary>
    private void Write(StoreEvent change)
    {
        var matches = Selects(change.Object);
        var matched = change.Previous is { } previous && Selects(previous);
        if (change.Type == ChangeType.Deleted)
        {
            if (matched)
                events.Write(output, "DELETED", call.Served.Show(change.Object));
        }
        else if (matches)
            events.Write(output, matched ? "MODIFIED" : "ADDED", call.Served.Show(change.Object));
        else if (matched)
            events.Write(output, "DELETED", call.Served.Show(Left(change, change.Previous ?? change.Object)));
    }

    /// <summary>As it was when it still matched, at the revision at which it no longer does.</summary>
    private static StoredObject Left(StoreEvent change, StoredObject previous)
    {
        var last = previous.Copy();
        last.Metadata()["resourceVersion"] = change.Revision.ToString(CultureInfo.InvariantCulture);
        return new(change.Object.Key, change.Revision, last);
    }

    private bool Selects(StoredObject item) => labels.Matches(item) && fields.Matches(item);

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if ((await output.FlushAsync(cancellationToken)).IsCompleted)
            throw new OperationCanceledException("the client is gone", call.Aborted);
    }
}
