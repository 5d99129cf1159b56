using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Create and update.</summary>
internal sealed class Writing(ApiParts parts)
{
    private const int Attempts = 8;
    private readonly NamespaceLifecycle lifecycle = new(parts.Objects.Store);

    public async Task CreateAsync(ApiCall call)
    {
        const string options = "CreateOptions";
        var form = call.Form;
        var dryRun = call.Query.DryRun(options);
        var manager = call.FieldManager(options);
        var decoded = await ReadAsync(call, options);
        Warnings.Add(call.Http.Response, decoded.Warnings);
        var made = Create(call, decoded.Json, value => FieldOwnership.Track(call.Served, null, value, manager, parts.Time.GetUtcNow()), dryRun);
        await ObjectAnswer.WriteWrittenAsync(call, 201, made, form, parts.Time.GetUtcNow());
    }

    /// <summary>Makes an object of a body, or of an apply of what does not exist yet.</summary>
    /// <param name="own">Writes who owns what, once defaults are filled in.</param>
    public StoredObject Create(ApiCall call, JsonObject value, Action<JsonObject> own, bool dryRun)
    {
        var place = call.Kind.Namespaced ? call.Info.Namespace : "";
        var metadata = value.Metadata();
        ObjectBody.CheckNamespace(call.Kind, place, metadata);
        if (metadata["resourceVersion"] is JsonValue version && version.ToString().Length > 0)
            throw StatusException.BadRequest("resourceVersion should not be set on objects to be created");
        metadata.Remove("resourceVersion");
        metadata.Remove("selfLink");
        var name = metadata["name"]?.ToString() ?? "";
        var begin = metadata["generateName"]?.ToString() ?? "";
        lifecycle.Check(new(call.Kind, place, name));
        if (name.Length == 0 && begin.Length == 0)
            throw StatusException.Invalid(new(call.Kind, place, ""), [("metadata.name", "FieldValueRequired", "Required value: name or generateName is required")]);
        if (call.Kind.HasStatus && !call.Served.IsMadeWithStatus)
            value.Remove("status");
        for (var attempt = 1; ; attempt++)
            try
            {
                var given = name.Length > 0 ? name : ObjectNames.Generate(begin);
                metadata["name"] = given;
                ObjectNames.Check(call.Served, new(call.Kind, place, given), name.Length == 0 ? "metadata.generateName" : "metadata.name");
                own(value);
                return parts.Objects.Create(call.Kind, place, value, call.User, dryRun);
            }
            catch (StatusException taken) when (taken.Reason == "AlreadyExists" && name.Length == 0 && attempt < Attempts)
            {
                // Another name may be free.
            }
    }

    public async Task UpdateAsync(ApiCall call)
    {
        const string options = "UpdateOptions";
        var form = call.Form;
        var dryRun = call.Query.DryRun(options);
        var manager = call.FieldManager(options);
        var decoded = await ReadAsync(call, options);
        Warnings.Add(call.Http.Response, decoded.Warnings);
        ObjectBody.CheckName(call.Key, decoded.Json.Metadata());
        var updated = Replace(call, decoded.Json, manager, dryRun);
        await ObjectAnswer.WriteWrittenAsync(call, 200, updated, form, parts.Time.GetUtcNow());
    }

    /// <summary>Puts a whole object in the place of what exists; of a status or finalizers, only those.</summary>
    public StoredObject Replace(ApiCall call, JsonObject value, string manager, bool dryRun)
    {
        var subresource = call.Info.Subresource;
        void Change(JsonObject next)
        {
            // Under the store's lock: this is what next is a copy of.
            var current = call.Served.Show(parts.Objects.Store.Get(call.Key)).View;
            ObjectBody.CheckPreconditions(call.Key, current, value.Metadata());
            ObjectBody.Merge(current, next, value, call.Served, subresource);
            FieldOwnership.Track(call.Served, current.Json, next, manager, parts.Time.GetUtcNow(), subresource);
        }
        return Write(call, Change, dryRun);
    }

    /// <summary>Changes the object, or its status alone, as the subresource says.</summary>
    public StoredObject Write(ApiCall call, Action<JsonObject> change, bool dryRun) => call.Info.Subresource == "status"
        ? parts.Objects.UpdateStatus(call.Key, change, call.User, dryRun)
        : parts.Objects.Update(call.Key, change, call.User, dryRun);

    private static async Task<DecodedObject> ReadAsync(ApiCall call, string options)
    {
        var validation = call.Query.FieldValidation(options);
        var type = RequestBody.MediaType(call.Http.Request);
        if (type is not ("application/json" or "application/yaml" or "text/yaml" or "application/x-yaml") && !(type == Envelope.MediaType && call.Served.Schema.HasMessages))
            throw Refusals.Unsupported(call.Served.Schema.HasMessages ? ["application/json", "application/yaml", Envelope.MediaType] : ["application/json", "application/yaml"]);
        var body = await RequestBody.ReadAsync(call.Http.Request, call.Aborted);
        if (type == Envelope.MediaType)
            return ObjectDecoder.DecodeMessage(call.Kind, body);
        var (json, duplicates) = Body.Parse(body);
        return ObjectDecoder.Decode(call.Kind, call.Served.Schema, json, duplicates, validation);
    }
}
