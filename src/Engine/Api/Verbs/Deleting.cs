using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Delete, of one object or of all that a selector picks.</summary>
internal sealed class Deleting(ApiParts parts)
{
    public async Task DeleteAsync(ApiCall call)
    {
        var form = call.Form;
        var options = await DeleteRequest.ReadAsync(call);
        var deleted = parts.Objects.Delete(call.Key, options, call.User);
        if (deleted.IsBeingDeleted || call.Served.IsShownWhenDeleted)
            await ObjectAnswer.WriteAsync(call, 200, call.Served.Show(deleted), form, parts.Time.GetUtcNow());
        else
            await Answer.WriteAsync(call.Http, 200, Success(deleted));
    }

    public async Task DeleteCollectionAsync(ApiCall call)
    {
        var options = await DeleteRequest.ReadAsync(call);
        var labels = LabelSelector.Parse(call.Query.Text("labelSelector"));
        var fields = FieldSelector.Parse(call.Served, call.Query.Text("fieldSelector"));
        var list = parts.Objects.Store.List(call.Kind, call.ListedNamespace);
        var deleted = new List<StoredObject>();
        foreach (var item in list.Items.Where(item => labels.Matches(item) && fields.Matches(item)))
            try
            {
                deleted.Add(parts.Objects.Delete(item.Key, options with { Uid = item.View.Uid }, call.User));
            }
            catch (StatusException gone) when (gone.Code == 404 || (gone.Code == 409 && parts.Objects.Store.Find(item.Key)?.View.Uid != item.View.Uid))
            {
                // Somebody else deleted it.
            }
        await ListAnswer.WriteAsync(call.Http, call.Served, new(call.Served.Show(deleted), list.Revision), call.Form, RowObject.Metadata, parts.Time.GetUtcNow());
    }

    private static JsonObject Success(StoredObject item)
    {
        var details = StatusException.About(item.Key);
        details["uid"] = item.View.Uid;
        return new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }
}
