using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Rendering;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Manifests;

/// <summary>A folder that is a kontrakt: its name, full path and entries.</summary>
/// <param name="Files">The manifests, by full path. Where they have to be rendered only assertions, until <see cref="ManifestRenderer"/> adds what it renders to.</param>
/// <param name="RenderedFrom">The kustomization.yaml or Chart.yaml that the objects are rendered from; null where there is none.</param>
public sealed record KontraktFolder(string Name, string Directory, IReadOnlyList<string> Files, string? RenderedFrom)
{
    /// <summary>What is rendered is in a folder with the kontrakt's name and this.</summary>
    internal const string RenderedSuffix = ".rendered";

    /// <summary>It has what kontrakts need on the cluster (KontraktPrerequisites): objects in any namespace or in none, and no test.</summary>
    public bool IsPrerequisite { get; init; }

    /// <summary>The one kontrakt that needs it; null: all do.</summary>
    public string? Of { get; init; }

    /// <summary>Files with the definitions (crds) of its chart, which must be on the cluster before its objects.</summary>
    public IReadOnlyList<string> Definitions { get; init; } = [];

    /// <summary>The path of one of its files below its folder, or below what it is rendered to; of a file elsewhere the name.</summary>
    public string PathOf(string file)
    {
        var rendered = Path.DirectorySeparatorChar + Name + RenderedSuffix + Path.DirectorySeparatorChar;
        if (RenderedFrom is not null && file.LastIndexOf(rendered, StringComparison.Ordinal) is var at and >= 0)
            return file[(at + rendered.Length)..];
        var relative = Path.GetRelativePath(Directory, file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? Path.GetFileName(file) : relative;
    }
}

/// <summary>What a document is for: an object to apply, something that must become true, or something that must not exist.</summary>
public enum ManifestRole { Object, Assert, Error }

/// <summary>One object of a manifest file, with the place of every part of it. Items of a List are manifests of their own.</summary>
public sealed record Manifest(string File, YamlNode Node, KubernetesObject Object, ManifestRole Role)
{
    /// <summary>"deployment/api", as kubectl says it.</summary>
    public string Title => Object.ToString();

    /// <summary>"Deployment 'api'"; an assertion may have no name.</summary>
    public string Subject => Object.Name.Length == 0 ? Object.Kind : $"{Object.Kind} '{Object.Name}'";

    /// <summary>The place of the node at a path, or of the nearest node above it that exists.</summary>
    public SourceLocation Locate(params ReadOnlySpan<object> path)
    {
        var node = Node.Nearest(path);
        return node.In(File);
    }

    /// <summary>The place of the key that a path ends with: where a field itself, not its value, is wrong.</summary>
    public SourceLocation LocateKey(IReadOnlyList<object> path)
    {
        if (path.Count > 0 && path[^1] is string name && Node.At([.. path.SkipLast(1)]) is YamlMapping parent && parent.Find(name) is { } entry)
            return entry.Key.In(File);
        return Locate([.. path]);
    }
}

/// <summary>A string that names an image or an image source: every "image:" at any depth, and any scalar that begins as a source does (dotnet:// and the like).</summary>
/// <param name="Text">As written; tokens not replaced.</param>
/// <param name="Sources">Understands it.</param>
public sealed record ImageUse(string Text, YamlScalar Scalar, SourceLocation Location, SourceReader Sources)
{
    /// <summary>What the image is made from; understood once.</summary>
    /// <exception cref="KontraktException">It cannot be understood.</exception>
    public ImageSource Source => field ??= Sources.Read(this);

    /// <summary>Why it cannot be understood; empty where it can.</summary>
    internal IReadOnlyList<Diagnostic> Problems
    {
        get
        {
            try
            {
                _ = Source;
                return [];
            }
            catch (KontraktException error)
            {
                return error.Diagnostics;
            }
        }
    }

    /// <summary>The folder that a relative path is relative to: that of the file, or of the kustomization the file was rendered from.</summary>
    public string Directory { get; init; } = Path.GetDirectoryName(Location.File) ?? "";

    /// <summary>Whether a pod's container runs it: what is neither a source nor a reference there can never be pulled. Elsewhere, "image" may mean anything.</summary>
    public bool IsOfContainer { get; init; }
}

/// <summary>A kontrakt as read: its objects, assertions, pod templates and image uses.</summary>
public sealed record KontraktManifests(KontraktFolder Folder, IReadOnlyList<Manifest> Objects, IReadOnlyList<Manifest> Assertions,
    IReadOnlyList<PodTemplate> PodTemplates, IReadOnlyList<ImageUse> Images)
{
    /// <summary>All of it, as it was parsed.</summary>
    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    /// <summary>The documents of build.knative.dev among them.</summary>
    public IReadOnlyList<BuildNode> Builds { get; init; } = [];

    /// <summary>What is on the cluster before it.</summary>
    public IReadOnlyList<KontraktManifests> Prerequisites { get; init; } = [];
}
