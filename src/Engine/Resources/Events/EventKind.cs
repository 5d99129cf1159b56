using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class EventKind
{
    public static ServedKind Kind { get; } = new(Kinds.Event)
    {
        Fields =
        [
            .. SelectableField.Of("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "type"),
            new("source", Component),
        ],
        Table = new(
            [
                new("Last Seen"), new("Type"), new("Reason"), new("Object"), TableColumn.Wide("Subobject"), TableColumn.Wide("Source"), new("Message"),
                TableColumn.Wide("First Seen"), TableColumn.Wide("Count"), new("Name", Format: "name", Priority: 1),
            ], Cells),
    };

    private static object[] Cells(KubernetesObject item, DateTimeOffset now)
    {
        var first = Time(item, "firstTimestamp");
        var last = item.Text("series", "lastObservedTime") is { Length: > 0 } observed ? observed : item.Text("lastTimestamp") is { Length: > 0 } seen ? seen : first;
        var count = CellText.Number(item, CellText.Number(item, 1, "count"), "series", "count");
        var about = item.Text("involvedObject", "name") is { Length: > 0 } name
            ? $"{item.Text("involvedObject", "kind").ToLowerInvariant()}/{name}"
            : item.Text("involvedObject", "kind").ToLowerInvariant();
        return
        [
            Ages.Since(last, now), item.Text("type"), item.Text("reason"), about, item.Text("involvedObject", "fieldPath"), Source(item),
            item.Text("message").Trim(), Ages.Since(first, now), Math.Max(1, count), item.Name,
        ];
    }

    private static string Time(KubernetesObject item, string field) => item.Text(field) is { Length: > 0 } time ? time : item.Text("eventTime");

    private static string Component(KubernetesObject item) => item.Text("source", "component") is { Length: > 0 } source ? source : item.Text("reportingComponent");

    private static string Source(KubernetesObject item)
    {
        var host = item.Text("source", "host") is { Length: > 0 } at ? at : item.Text("reportingInstance");
        return host.Length > 0 ? $"{Component(item)}, {host}" : Component(item);
    }
}
