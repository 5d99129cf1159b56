using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>The volumes of one pod, in folders of the engine's. Not for concurrent use.</summary>
/// <param name="directory">On disk.</param>
/// <param name="memory">In memory: for what should not be written to a disk.</param>
/// <param name="claimed">Of volumes that outlive the pod.</param>
internal sealed class PodVolumes(PodDefinition pod, VolumeContent content, string directory, string memory, ClaimFolders claimed) : IDisposable
{
    public string MemoryDirectory => memory;

    /// <summary>When they have to be furnished again even if nothing has changed; null for never.</summary>
    public DateTimeOffset? NextRefresh => content.NextRefresh;

    private static readonly string[] Published = ["configMap", "secret", "downwardAPI", "projected"];
    private readonly Dictionary<string, PublishedFiles> published = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EmptyDirectory> empty = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PodClaim> claims = PodClaims.Of(pod.View).ToDictionary(claim => claim.Volume, StringComparer.Ordinal);
    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    private readonly uint? group = pod.SecurityContext("fsGroup") is { } node ? (uint)KubernetesObject.Number(node) : null;

    /// <summary>Types of volumes that the engine does not have, by the volumes' names.</summary>
    public static IEnumerable<(string Volume, string Type)> Unsupported(PodDefinition pod) =>
        from volume in pod.View.Items("spec", "volumes")
        from type in volume.Select(pair => pair.Key).Where(key => key is not ("name" or "emptyDir" or "persistentVolumeClaim") && !Published.Contains(key))
        select (volume["name"]?.ToString() ?? "", type);

    /// <summary>Makes them, or brings them up to date; what exists already stays.</summary>
    /// <exception cref="VolumeException">One cannot be made as things are.</exception>
    public void Furnish(KubernetesObject current)
    {
        foreach (var volume in pod.View.Items("spec", "volumes"))
        {
            var name = volume["name"]?.ToString() ?? "";
            try
            {
                Furnish(name, volume, current);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new VolumeException(name, e.Message, e);
            }
        }
    }

    /// <summary>The folder of a volume; null for none of that name.</summary>
    public string? Find(string name) => folders.TryGetValue(name, out var folder) ? folder : empty.ContainsKey(name) || published.ContainsKey(name) ? PathOf(name) : null;

    /// <summary>What comes from the API is not the container's to write, whatever the mount says.</summary>
    public bool IsReadOnly(string name) => published.ContainsKey(name) || (claims.TryGetValue(name, out var claim) && (claim.IsReadOnly || claimed.IsReadOnly(pod.Namespace, claim.Claim)));

    public void Dispose()
    {
        foreach (var each in empty.Values)
            each.Dispose();
        foreach (var folder in folders.Values)
            claimed.Close(folder);
        folders.Clear();
    }

    private void Furnish(string name, JsonObject volume, KubernetesObject current)
    {
        if (IsPublished(name))
        {
            if (!published.TryGetValue(name, out var files))
                files = new PublishedFiles(PathOf(name), group);
            files.Publish(content.Read(volume, current));
            published[name] = files;
        }
        else if (claims.TryGetValue(name, out var claim))
        {
            if (!folders.ContainsKey(name))
                folders[name] = claimed.Open(pod.Namespace, claim.Claim, group);
        }
        else if (!empty.ContainsKey(name))
        {
            // Nothing named is an emptyDir, too.
            var made = empty[name] = new EmptyDirectory(PathOf(name));
            made.Create(volume["emptyDir"] as JsonObject ?? [], group, PodResources.MemoryLimit(pod));
        }
    }

    private bool IsPublished(string name) => pod.View.Items("spec", "volumes").Any(volume => volume["name"]?.ToString() == name && Published.Any(volume.ContainsKey));

    private string PathOf(string name) => Path.Combine(IsPublished(name) ? memory : directory, "volumes", name);
}
