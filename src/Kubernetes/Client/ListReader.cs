using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>One page of a list: its objects, and the version of the whole list.</summary>
internal sealed record ListPage(IReadOnlyList<KubernetesObject> Items, string ResourceVersion, string Continue);

/// <summary>Reads lists page by page.</summary>
internal static class ListReader
{
    /// <summary>
    /// All pages. When the server has forgotten the version a list was begun with (410), the list starts again as a whole;
    /// what was already given is not given twice.
    /// </summary>
    public static async IAsyncEnumerable<ListPage> PagesAsync(RequestSender sender, ApiResource resource, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        var next = "";
        var whole = false;
        while (true)
        {
            ListPage page;
            try
            {
                page = await PageAsync(sender, resource, options, next, whole, cancellationToken);
            }
            catch (KubernetesException e) when (e.Code == HttpStatusCode.Gone && next.Length > 0)
            {
                (next, whole) = ("", true);
                continue;
            }
            yield return whole && given.Count > 0 ? page with { Items = [.. page.Items.Where(item => !given.Contains(Key(item)))] } : page;
            next = page.Continue;
            if (next.Length == 0)
                yield break;
            given.UnionWith(page.Items.Select(Key));
        }
    }

    /// <summary>An object's identity within one resource.</summary>
    public static string Key(KubernetesObject item) => item.Namespace + "/" + item.Name;

    private static async Task<ListPage> PageAsync(RequestSender sender, ApiResource resource, ListOptions options, string next, bool whole, CancellationToken cancellationToken)
    {
        var request = ApiRequest.Get(ApiPaths.Collection(resource, options.Namespace))
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("limit", whole || options.PageSize <= 0 ? null : options.PageSize)
            .With("continue", next.Length > 0 ? next : null);
        var body = await sender.ReadAsync(request, cancellationToken);
        var list = new KubernetesObject(body.AsObject());
        return new(Items(list, resource), list.Text("metadata", "resourceVersion"), list.Text("metadata", "continue"));
    }

    // The items of a typed list carry neither kind nor apiVersion.
    private static List<KubernetesObject> Items(KubernetesObject list, ApiResource resource)
    {
        var items = new List<KubernetesObject>();
        if (list.Json["items"] is not JsonArray array)
            return items;
        var nodes = array.OfType<JsonObject>().ToList();
        array.Clear();
        foreach (var node in nodes)
        {
            node.TryAdd("apiVersion", resource.Kind.ApiVersion);
            node.TryAdd("kind", resource.Kind.Kind);
            items.Add(new(node));
        }
        return items;
    }
}
