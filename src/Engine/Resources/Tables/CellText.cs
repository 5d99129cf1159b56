using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Cells that several kinds have.</summary>
internal static class CellText
{
    public const string None = "<none>";

    public static string OrNone(string text) => text.Length > 0 ? text : None;

    public static long Count(KubernetesObject item, params ReadOnlySpan<object> path) => item.At(path) switch
    {
        JsonObject map => map.Count,
        JsonArray list => list.Count,
        _ => 0,
    };

    public static long Number(KubernetesObject item, long otherwise, params ReadOnlySpan<object> path) => KubernetesObject.Number(item.At(path), otherwise);
}
