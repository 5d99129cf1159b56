using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Greeter;

/// <summary>Writes each greeting's text into a ConfigMap of its own, which goes with it, and a line into the guest book of its namespace, which does not.</summary>
public sealed class Controller(IKubernetes client)
{
    private const string GuestBook = "guest-book";

    /// <summary>What there is, and then every change, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            try
            {
                var all = await client.CustomObjects.ListClusterCustomObjectAsync<GreetingList>(Greeting.Group, Greeting.Version, Greeting.Plural, cancellationToken: cancellationToken);
                foreach (var greeting in all.Items)
                    await ReconcileAsync(greeting, cancellationToken);
                var changes = client.CustomObjects.WatchListClusterCustomObjectAsync(Greeting.Group, Greeting.Version, Greeting.Plural, resourceVersion: all.Metadata.ResourceVersion, cancellationToken: cancellationToken);
                await foreach (var (type, item) in changes)
                    if (type is WatchEventType.Added or WatchEventType.Modified)
                        await ReconcileAsync(KubernetesJson.Deserialize<Greeting>(KubernetesJson.Serialize(item)), cancellationToken);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                Console.WriteLine($"again, since {e.Response.Content}"); // Somebody was quicker, or the watch lagged behind.
            }
    }

    private async Task ReconcileAsync(Greeting greeting, CancellationToken cancellationToken)
    {
        var (space, name) = (greeting.Namespace(), greeting.Name());
        if (greeting.Metadata.DeletionTimestamp is not null)
        {
            if (!greeting.HasFinalizer(Greeting.Finalizer))
                return;
            await WriteGuestBookAsync(space, name, null, cancellationToken);
            await PatchAsync(greeting, "", new { metadata = new { resourceVersion = greeting.ResourceVersion(), finalizers = greeting.Finalizers().Where(each => each != Greeting.Finalizer) } }, cancellationToken);
            return;
        }
        if (!greeting.HasFinalizer(Greeting.Finalizer))
        {
            // The change comes back through the watch, and what follows is done then.
            await PatchAsync(greeting, "", new { metadata = new { resourceVersion = greeting.ResourceVersion(), finalizers = (greeting.Finalizers() ?? []).Append(Greeting.Finalizer) } }, cancellationToken);
            return;
        }
        var text = string.Join(' ', Enumerable.Repeat($"Hello {greeting.Spec.Name}!", greeting.Spec.Times));
        await ApplyAsync(new()
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = space,
                OwnerReferences = [new() { ApiVersion = greeting.ApiVersion, Kind = greeting.Kind, Name = name, Uid = greeting.Uid(), Controller = true, BlockOwnerDeletion = true }],
            },
            Data = new Dictionary<string, string> { ["text"] = text },
        }, cancellationToken);
        await WriteGuestBookAsync(space, name, greeting.Spec.Name, cancellationToken);
        await PatchAsync(greeting, "status", new { status = new { observedGeneration = greeting.Metadata.Generation, text, conditions = new[] { new { type = "Ready", status = "True", reason = "Greeted" } } } }, cancellationToken);
        Console.WriteLine($"greeted {greeting.Spec.Name} in {space}");
    }

    /// <param name="line">null: it is taken out.</param>
    private async Task WriteGuestBookAsync(string space, string name, string? line, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch(new { data = new Dictionary<string, string?> { [name] = line } }, V1Patch.PatchType.MergePatch), GuestBook, space, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Where its namespace is being deleted, the book may be gone before the greeting.
            if (line is not null)
                await client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = GuestBook }, Data = new Dictionary<string, string> { [name] = line } }, space, cancellationToken: cancellationToken);
        }
    }

    private Task<V1ConfigMap> ApplyAsync(V1ConfigMap map, CancellationToken cancellationToken) =>
        client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch(map, V1Patch.PatchType.ApplyPatch), map.Name(), map.Namespace(), fieldManager: "greeter", force: true, cancellationToken: cancellationToken);

    private Task PatchAsync(Greeting greeting, string subresource, object change, CancellationToken cancellationToken)
    {
        var patch = new V1Patch(change, V1Patch.PatchType.MergePatch);
        return subresource.Length == 0
            ? client.CustomObjects.PatchNamespacedCustomObjectAsync(patch, Greeting.Group, Greeting.Version, greeting.Namespace(), Greeting.Plural, greeting.Name(), cancellationToken: cancellationToken)
            : client.CustomObjects.PatchNamespacedCustomObjectStatusAsync(patch, Greeting.Group, Greeting.Version, greeting.Namespace(), Greeting.Plural, greeting.Name(), cancellationToken: cancellationToken);
    }
}
