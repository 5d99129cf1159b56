using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Reads lists page by page. All pages of one list are of one revision.</summary>
internal sealed class Paging(ObjectStore store)
{
    /// <returns>null when the answer has been given: the list cannot be continued, but begun again where it ended.</returns>
    /// <exception cref="StatusException">400, 410, or 504 for a revision that is yet to come.</exception>
    public async Task<Page?> ReadAsync(ApiCall call)
    {
        var labels = LabelSelector.Parse(call.Query.Text("labelSelector"));
        var fields = FieldSelector.Parse(call.Served, call.Query.Text("fieldSelector"));
        var limit = Math.Max(0, call.Query.Number("limit") ?? 0);
        var after = ContinueToken.Parse(call.Query.Text("continue"));
        ObjectList list;
        try
        {
            list = after is { Revision: > 0 } ? store.ListAt(call.Kind, call.ListedNamespace, after.Revision) : List(call, after is not null);
        }
        catch (StatusException expired) when (after is not null && expired.Code == 410)
        {
            await Answer.WriteAsync(call.Http, 410, TooOld(after));
            return null;
        }
        var all = labels.SelectsEverything && fields.SelectsEverything;
        var items = list.Items.Where(item => (after is null || after.IsBefore(item.Key)) && (all || (labels.Matches(item) && fields.Matches(item))));
        return limit == 0 ? new(after is null && all ? list.Items : [.. items], list.Revision) : Cut([.. items], (int)Math.Min(limit, int.MaxValue), list.Revision, all);
    }

    private ObjectList List(ApiCall call, bool continued)
    {
        var match = call.Query.Text("resourceVersionMatch");
        if (call.Query.Revision is not { } asked)
            return match.Length == 0 ? store.List(call.Kind, call.ListedNamespace) : throw StatusException.BadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (continued)
            throw StatusException.BadRequest("resourceVersion is forbidden when a continue token is given");
        if (asked > store.Revision)
            throw TooLarge(asked);
        return match switch
        {
            "Exact" => store.ListAt(call.Kind, call.ListedNamespace, asked),
            "" or "NotOlderThan" => store.List(call.Kind, call.ListedNamespace),
            _ => throw StatusException.BadRequest($"resourceVersionMatch: Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\", \"\""),
        };
    }

    private static Page Cut(List<StoredObject> items, int limit, long revision, bool all)
    {
        if (items.Count <= limit)
            return new(items, revision);
        var page = items[..limit];
        // What selectors leave of the rest is not for the client to count on, in Kubernetes, either.
        return new(page, revision, new ContinueToken(revision, page[^1].Key.Namespace, page[^1].Key.Name).ToString(), all ? items.Count - limit : null);
    }

    private StatusException TooLarge(long asked) => new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {store.Revision}", new()
    {
        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
        ["retryAfterSeconds"] = 1,
    });

    private static JsonObject TooOld(ContinueToken after)
    {
        var status = new StatusException(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
            + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an "
            + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.").ToJson();
        status.Metadata()["continue"] = (after with { Revision = ContinueToken.Newest }).ToString();
        return status;
    }
}
