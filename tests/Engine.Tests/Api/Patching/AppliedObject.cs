using System.Text.Json.Nodes;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Patching;

/// <summary>One object that clients apply, write and patch, a second apart.</summary>
internal sealed class AppliedObject(ResourceKind kind)
{
    private DateTimeOffset now = DateTimeOffset.UnixEpoch;

    public JsonObject? Json { get; private set; }

    public AppliedObject Apply(string yaml, string manager, bool force = false, string subresource = "")
    {
        var body = $"apiVersion: {kind.GroupVersionKind.ApiVersion}\nkind: {kind.Kind}\n{yaml}";
        var applied = ServerSideApply.Read(ServedKinds.Of(kind), SampleObjects.Utf8(body), FieldValidation.Strict).Json;
        Json = ServerSideApply.Apply(Json, new(ServedKinds.Of(kind), applied, manager, force, Tick(), subresource));
        return this;
    }

    public AppliedObject Write(string yaml, string manager, string subresource = "")
    {
        var next = ObjectDecoder.Decode(kind, SampleObjects.Utf8(yaml), FieldValidation.Strict).Json;
        FieldOwnership.Track(ServedKinds.Of(kind), Json, next, manager, Tick(), subresource);
        Json = next;
        return this;
    }

    public AppliedObject Patch(string type, string patch, string manager)
    {
        var next = Patches.Execute(type, ServedKinds.Of(kind), Json!, SampleObjects.Utf8(patch), FieldValidation.Strict).Json;
        FieldOwnership.Track(ServedKinds.Of(kind), Json, next, manager, Tick());
        Json = next;
        return this;
    }

    /// <summary>The fields of a manager as FieldsV1; "" for none.</summary>
    public string FieldsOf(string manager, string operation = "Apply") => Entry(manager, operation)?["fieldsV1"]?.ToJsonString().Replace("\\u0022", "\\\"", StringComparison.Ordinal) ?? "";

    public string TimeOf(string manager, string operation = "Apply") => (string?)Entry(manager, operation)?["time"] ?? "";

    public IEnumerable<string> Managers => Entries.Select(entry => $"{entry["manager"]} {entry["operation"]}");

    public string At(string first, string second) => Json?[first]?[second]?.ToJsonString() ?? "";

    private IEnumerable<JsonObject> Entries => (Json?["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>();

    private JsonObject? Entry(string manager, string operation) =>
        Entries.FirstOrDefault(entry => (string?)entry["manager"] == manager && (string?)entry["operation"] == operation);

    private DateTimeOffset Tick() => now = now.AddSeconds(1);
}
