using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>All that decides a kontrakt's verdict. Equal covers have equal verdicts, as far as Kontrakt can know.</summary>
/// <param name="Version">Of Kontrakt, to the build.</param>
/// <param name="Cluster">Its kind: the embedded engine, or Kubernetes, with version and platform.</param>
/// <param name="Settings">Properties that could turn the verdict, with their values.</param>
/// <param name="Images">Every container and the digest of its image.</param>
/// <param name="Objects">Every object and assertion that counts, those of prerequisites first; those of tests that were not selected do not, so a part never counts as the whole.</param>
/// <param name="Secrets">One slow hash of all Secrets; null where there are none.</param>
internal sealed record VerdictCover(string Kontrakt, string Version, string Cluster, IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<VerdictImage> Images, IReadOnlyList<VerdictObject> Objects, string? Secrets = null)
{
    private static readonly IReadOnlyList<Setting> Deciding = [.. Setting.All.Where(setting => setting.Decides == Decides.Verdict)];

    private string? _text;

    /// <summary>The cover as it is compared and hashed.</summary>
    public string ToText() => _text ??= JsonSerializer.Serialize(this, VerdictEntry.Json.VerdictCover);

    /// <summary>A name for it, as a file's.</summary>
    public string ToKey() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToText())));

    /// <param name="manifests">As they are applied: resolved.</param>
    public static VerdictCover Of(KontraktManifests manifests, KontraktSettings settings, string version, string cluster)
    {
        var cover = WithoutSecrets(manifests, settings, version, cluster);
        // Not by its ToText: that keeps what it says.
        return cover with { Secrets = VerdictSecrets.Hash(manifests, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(cover, VerdictEntry.Json.VerdictCover))) };
    }

    private static VerdictCover WithoutSecrets(KontraktManifests manifests, KontraktSettings settings, string version, string cluster) => new(
        manifests.Folder.Name,
        version,
        cluster,
        new SortedDictionary<string, string>(Deciding.ToDictionary(setting => setting.Name, setting => setting.ValueIn(settings)), StringComparer.Ordinal),
        [.. from template in manifests.Prerequisites.SelectMany(before => before.PodTemplates).Concat(manifests.PodTemplates)
            from container in template.Containers
            select new VerdictImage(template.Manifest.Title, container.Name, container.Reference?.Digest?.ToString() ?? container.Image)],
        [.. manifests.Prerequisites.SelectMany(before => ObjectsOf(before, before.Folder.Name + "/")), .. ObjectsOf(manifests, "")]);

    private static IEnumerable<VerdictObject> ObjectsOf(KontraktManifests manifests, string folder) => manifests.Objects.Concat(manifests.Assertions)
        .Select(manifest => new VerdictObject(folder + manifests.Folder.PathOf(manifest.File).Replace('\\', '/'), manifest.Title, VerdictSecrets.IsSecret(manifest) ? VerdictSecrets.Elsewhere : Hash(manifest, manifests.PodTemplates)));

    /// <summary>Of the object as the server gets it: comments and places do not count, and of an image only the digest.</summary>
    private static string Hash(Manifest manifest, IEnumerable<PodTemplate> templates)
    {
        var json = manifest.Object.Json.DeepClone();
        foreach (var template in templates.Where(template => ReferenceEquals(template.Manifest, manifest)))
            foreach (var container in template.Containers)
                if (Kubernetes.Objects.KubernetesObject.At(json, [.. container.Path]) is JsonObject node && container.Reference?.Digest is { } digest)
                    node["image"] = digest.ToString();
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}

/// <param name="Of">The object, such as deployment/web.</param>
internal sealed record VerdictImage(string Of, string Container, string Digest);

/// <param name="File">Below the kontrakt's folder.</param>
/// <param name="Object">Such as deployment/web.</param>
/// <param name="Hash">Of its JSON; that of a Secret is part of the cover's.</param>
internal sealed record VerdictObject(string File, string Object, string Hash);
