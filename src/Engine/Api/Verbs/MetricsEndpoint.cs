using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>The metrics API (metrics.k8s.io): what is measured now, of what exists now. Nothing of it can be watched or written.</summary>
internal sealed class MetricsEndpoint(ApiParts parts)
{
    private readonly ResourceMetrics metrics = new(parts.Usages);

    /// <exception cref="StatusException">404 also for what is not measured yet, as metrics-server answers.</exception>
    public Task AnswerAsync(ApiCall call) => call.Info.Verb switch
    {
        "get" when call.Http.Request.Method == "GET" => GetAsync(call),
        "list" => ListAsync(call),
        _ => throw Refusals.MethodNotAllowed(),
    };

    private Task GetAsync(ApiCall call)
    {
        var form = call.Form;
        var source = call.Key with { Kind = SourceOf(call) };
        var now = parts.Time.GetUtcNow();
        var item = Of(parts.Objects.Store.Get(source), now)
            ?? throw new StatusException(404, "NotFound", $"{call.Kind.Singular}.{call.Kind.Group} \"{(source.Namespace.Length > 0 ? source.Namespace + "/" : "")}{source.Name}\" not found");
        return ObjectAnswer.WriteAsync(call, 200, item, form, now);
    }

    private Task ListAsync(ApiCall call)
    {
        var form = call.Form;
        var include = ObjectAnswer.Include(call.Query);
        var (labels, fields) = (LabelSelector.Parse(call.Query.Text("labelSelector")), FieldSelector.Parse(call.Served, call.Query.Text("fieldSelector")));
        var now = parts.Time.GetUtcNow();
        var items = parts.Objects.Store.List(SourceOf(call), call.ListedNamespace).Items.Where(source => labels.Matches(source) && fields.Matches(source))
            .Select(source => Of(source, now)).OfType<StoredObject>();
        return ListAnswer.WriteAsync(call.Http, call.Served, new([.. items], 0), form, include, now);
    }

    private static ResourceKind SourceOf(ApiCall call) => call.Served == MetricsKinds.Node ? Kinds.Node : Kinds.Pod;

    private StoredObject? Of(StoredObject source, DateTimeOffset now) => source.Key.Kind == Kinds.Node ? metrics.OfNode(source, now) : metrics.OfPod(source, now);
}
