using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>Writes one object, in the form that is asked for.</summary>
internal static class ObjectAnswer
{
    public static Task WriteAsync(ApiCall call, int code, StoredObject item, AcceptedForm form, DateTimeOffset now) => form.Shape switch
    {
        AnswerShape.Table => Answer.WriteAsync(call.Http, code, writer =>
            new TableWriter(call.Served, form.Version, Include(call.Query), now).Write(writer, [item], new Page([item], item.Revision).Metadata)),
        AnswerShape.Metadata when form.IsProtobuf => Answer.WriteAsync(call.Http, code, Envelope.MediaType, ProtobufObject.MetadataOf(item, form.Version)),
        AnswerShape.Metadata => Answer.WriteAsync(call.Http, code, writer => PartialMetadata.Write(writer, item, form.Version)),
        AnswerShape.MetadataList => throw AcceptedForm.NotAcceptable(),
        _ when form.IsProtobuf => Answer.WriteAsync(call.Http, code, Envelope.MediaType, ProtobufObject.Of(item)),
        _ => Answer.WriteAsync(call.Http, code, item),
    };

    /// <summary>The same for an object that the call has written, with what the engine has to say of it.</summary>
    public static Task WriteWrittenAsync(ApiCall call, int code, StoredObject item, AcceptedForm form, DateTimeOffset now)
    {
        Warnings.Add(call.Http.Response, call.Served.Warn(item.View.Json));
        return WriteAsync(call, code, call.Served.Show(item), form, now);
    }

    /// <exception cref="StatusException">400: an includeObject that there is not.</exception>
    public static RowObject Include(QueryText query) => query.Text("includeObject") switch
    {
        "" or "Metadata" => RowObject.Metadata,
        "None" => RowObject.None,
        "Object" => RowObject.Object,
        var other => throw StatusException.BadRequest($"unrecognized includeObject value: \"{other}\""),
    };
}
