using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Patches of all four kinds. They are worked out beside the store, and again where the object has changed meanwhile.</summary>
internal sealed class PatchRequests(ApiParts parts)
{
    private const string Options = "PatchOptions";
    private const int Attempts = 20;
    private readonly Writing writing = new(parts);

    public async Task PatchAsync(ApiCall call)
    {
        var form = call.Form;
        var type = RequestBody.MediaType(call.Http.Request);
        if (!Patches.TypesOf(call.Served).Contains(type))
            throw Refusals.Unsupported([.. Patches.TypesOf(call.Served)]);
        var dryRun = call.Query.DryRun(Options);
        var validation = call.Query.FieldValidation(Options);
        var body = await RequestBody.ReadAsync(call.Http.Request, call.Aborted);
        var (code, item) = type == Patches.Apply ? Apply(call, body, validation, dryRun) : (200, Patch(call, type, body, validation, dryRun));
        await ObjectAnswer.WriteWrittenAsync(call, code, item, form, parts.Time.GetUtcNow());
    }

    private StoredObject Patch(ApiCall call, string type, ReadOnlyMemory<byte> body, FieldValidation validation, bool dryRun)
    {
        var manager = call.FieldManager(Options);
        return Attempt(call, known =>
        {
            var current = known ?? throw StatusException.NotFound(call.Key);
            var decoded = Patches.Execute(type, call.Served, call.Served.Show(current).View.Json, body, validation);
            var metadata = decoded.Json.Metadata();
            ObjectBody.CheckName(call.Key, metadata);
            // A patch that names a version is for that one alone.
            ObjectBody.CheckPreconditions(call.Key, current.View, metadata);
            metadata["resourceVersion"] = current.View.ResourceVersion;
            var patched = writing.Replace(call, decoded.Json, manager, dryRun);
            Warnings.Add(call.Http.Response, decoded.Warnings);
            return patched;
        });
    }

    private (int Code, StoredObject Item) Apply(ApiCall call, ReadOnlyMemory<byte> body, FieldValidation validation, bool dryRun)
    {
        if (call.Query.Text("fieldManager").Length == 0)
            throw OptionValues.Invalid(Options, "fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
        var decoded = ServerSideApply.Read(call.Served, body, validation);
        Warnings.Add(call.Http.Response, decoded.Warnings);
        ObjectBody.CheckName(call.Key, decoded.Json.Metadata());
        var request = new ApplyRequest(call.Served, decoded.Json, call.FieldManager(Options), call.Query.Flag("force"), parts.Time.GetUtcNow(), call.Info.Subresource);
        return Attempt(call, current => current is null ? (201, Create(call, request, dryRun)) : (200, Change(call, request, current, dryRun)));
    }

    /// <summary>Again with what exists by then, where somebody was faster.</summary>
    private T Attempt<T>(ApiCall call, Func<StoredObject?, T> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = parts.Objects.Store.Find(call.Key);
            try
            {
                return write(current);
            }
            catch (StatusException changed) when (changed.Code == 409 && attempt < Attempts && parts.Objects.Store.Find(call.Key)?.Revision != current?.Revision)
            {
                // The object is not the one that this was computed for.
            }
        }
    }

    private StoredObject Create(ApiCall call, ApplyRequest request, bool dryRun)
    {
        if (call.Info.Subresource.Length > 0)
            throw StatusException.NotFound(call.Key);
        return writing.Create(call, ServerSideApply.Apply(null, request), _ => { }, dryRun);
    }

    private StoredObject Change(ApiCall call, ApplyRequest request, StoredObject current, bool dryRun)
    {
        ObjectBody.CheckPreconditions(call.Key, current.View, request.Applied.Metadata());
        var applied = ServerSideApply.Apply(call.Served.Show(current).View.Json, request);
        applied.Metadata()["resourceVersion"] = current.View.ResourceVersion;
        return writing.Write(call, next =>
        {
            ObjectBody.CheckPreconditions(call.Key, parts.Objects.Store.Get(call.Key).View, applied.Metadata());
            ObjectBody.Merge(current.View, next, applied, call.Served, call.Info.Subresource);
        }, dryRun);
    }
}
