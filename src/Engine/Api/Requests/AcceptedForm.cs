using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>How an answer is to look: the object itself, a table of it, or its metadata alone.</summary>
internal enum AnswerShape { Object, Table, Metadata, MetadataList }

/// <summary>The form of an answer that the Accept header asks for.</summary>
/// <param name="Version">That of meta.k8s.io: v1 or v1beta1.</param>
internal sealed record AcceptedForm(AnswerShape Shape, string Version = "v1", bool IsProtobuf = false)
{
    private static readonly AcceptedForm Plain = new(AnswerShape.Object);

    /// <param name="hasMessages">The kind's objects have a form in protobuf; the metadata of all kinds has.</param>
    /// <exception cref="StatusException">406: nothing that is accepted can be given.</exception>
    public static AcceptedForm Of(StringValues accept, bool hasMessages) =>
        All(accept).FirstOrDefault(form => hasMessages || !form.IsProtobuf || form.Shape != AnswerShape.Object) ?? throw NotAcceptable(hasMessages);

    /// <summary>Of what has no table.</summary>
    /// <exception cref="StatusException">406: only a table is accepted.</exception>
    public static void RequireOtherThanTable(StringValues accept)
    {
        if (All(accept).All(form => form.Shape == AnswerShape.Table))
            throw NotAcceptable();
    }

    /// <summary>Whether what has one form only, such as a Status, is to be in protobuf.</summary>
    public static bool IsProtobufFor(StringValues accept) => All(accept).FirstOrDefault(form => form.Shape == AnswerShape.Object) is { IsProtobuf: true };

    /// <summary>All that are accepted and can be given, the best one first.</summary>
    private static IEnumerable<AcceptedForm> All(StringValues accept)
    {
        if (accept.Count == 0 || (accept.Count == 1 && accept[0] is null or "" or "application/json" or "*/*" or "application/json, */*"))
            return [Plain];
        return MediaTypeHeaderValue.TryParseList(accept, out var types) ? types.OrderByDescending(type => type.Quality ?? 1).Select(From).OfType<AcceptedForm>() : [];
    }

    public static StatusException NotAcceptable(bool hasMessages = true) =>
        new(406, "NotAcceptable", $"only the following media types are accepted: application/json{(hasMessages ? $", {Envelope.MediaType}" : "")}");

    private static AcceptedForm? From(MediaTypeHeaderValue type)
    {
        var isProtobuf = type.MediaType == Envelope.MediaType;
        if (!(isProtobuf || type.MatchesAllTypes || (type.Type == "application" && (type.MatchesAllSubTypes || type.SubType == "json"))))
            return null;
        var shape = Parameter(type, "as");
        if (shape.Length == 0)
            return Plain with { IsProtobuf = isProtobuf };
        var version = Parameter(type, "v");
        if (Parameter(type, "g") != "meta.k8s.io" || version is not ("v1" or "v1beta1"))
            return null;
        return shape switch
        {
            // Its cells are JSON, in Kubernetes, too.
            "Table" when !isProtobuf => new(AnswerShape.Table, version),
            "PartialObjectMetadata" => new(AnswerShape.Metadata, version, isProtobuf),
            "PartialObjectMetadataList" => new(AnswerShape.MetadataList, version, isProtobuf),
            _ => null,
        };
    }

    private static string Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value?.Trim('"') ?? "";
}
