using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Watching;

/// <summary>Writes the events of a watch, in the form that is asked for.</summary>
internal abstract class WatchEvents(ServedKind served)
{
    public static WatchEvents For(ServedKind kind, AcceptedForm form, RowObject include, TimeProvider time) => form switch
    {
        { Shape: AnswerShape.MetadataList } => throw AcceptedForm.NotAcceptable(),
        { IsProtobuf: true } => new ProtobufWatchEvents(kind, form),
        _ => new JsonWatchEvents(kind, form, include, time),
    };

    public abstract string ContentType { get; }

    public abstract void Write(IBufferWriter<byte> output, string type, StoredObject item);

    /// <param name="initialEnd">All that existed when the watch began has been reported.</param>
    public void WriteBookmark(IBufferWriter<byte> output, long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEnd)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var kind = served.Resource;
        WriteBookmark(output, new(new(kind, "", ""), revision, new() { ["kind"] = kind.Kind, ["apiVersion"] = kind.GroupVersionKind.ApiVersion, ["metadata"] = metadata }));
    }

    public abstract void WriteError(IBufferWriter<byte> output, StatusException error);

    protected virtual void WriteBookmark(IBufferWriter<byte> output, StoredObject bookmark) => Write(output, "BOOKMARK", bookmark);
}
