using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Manifests;

/// <summary>Reads and checks the manifests of a kontrakt.</summary>
public static class ManifestReader
{
    /// <summary>No kontrakt's name has a dot.</summary>
    private const string DefinitionsSuffix = ".crds";

    /// <summary>
    /// Reads every file and checks what can be known without a cluster: YAML, objects, labels, annotations, something that defines success
    /// (a pod labelled test, completion or readiness, or an assertion), no foreign namespace, nothing outside of namespaces.
    /// </summary>
    /// <param name="folder">As <see cref="Rendering.ManifestRenderer"/> returned it.</param>
    /// <param name="sources">Understands image uses; null: dotnet://Name looks for projects from the kontrakt's folder on.</param>
    /// <param name="shownAs">The path diagnostics name for a file that is read; a resolved copy is shown as its source. Null: as it is.</param>
    /// <exception cref="KontraktException">Every error of every file.</exception>
    public static KontraktManifests Read(KontraktFolder folder, SourceReader? sources = null, Func<string, string>? shownAs = null)
    {
        if (folder.RenderedFrom is not null && !folder.Files.Concat(folder.Definitions).Any(file => ManifestRoles.Of(file) == ManifestRole.Object))
            throw new ArgumentException($"the objects of '{folder.Name}' are not rendered", nameof(folder));
        var problems = new List<Diagnostic>(AssertionNames.Check(folder));
        var files = folder.Files.Select(file => Load(file, shownAs?.Invoke(file) ?? file, problems)).OfType<ManifestFile>().ToList();
        sources ??= new(folder.Directory);
        var read = Read(folder, files, sources, problems);
        return folder.Definitions.Count == 0 ? read
            : read with { Prerequisites = [Read(new(folder.Name + DefinitionsSuffix, folder.Directory, folder.Definitions, null) { IsPrerequisite = true, Of = folder.Name }, sources, shownAs)] };
    }

    /// <summary>The same of files that are parsed already.</summary>
    /// <param name="problems">What is wrong with them so far.</param>
    /// <exception cref="KontraktException">Every error.</exception>
    internal static KontraktManifests Read(KontraktFolder folder, IReadOnlyList<ManifestFile> files, SourceReader sources, List<Diagnostic> problems)
    {
        var read = new Documents(problems);
        foreach (var file in files)
            read.Add(file);
        var readable = problems.Count == 0;
        var checks = new ManifestChecks(folder, problems);
        var templates = checks.Check(read.Manifests);
        // A file that could not be read may hold the test, and a label that could not be understood may mean one.
        if (readable && !folder.IsPrerequisite && !problems.Exists(problem => problem.Is(Ktr.UnknownLabel, Ktr.LabelNotOnPods, Ktr.MarkMisplaced)))
            checks.RequireTest(read.Manifests, templates);
        var ofContainers = ImageUses.OfContainers(templates);
        ImageUse[] images = [.. read.Manifests.GroupBy(manifest => manifest.File)
            .SelectMany(file => ImageUses.Collect(file.Key, ImageUses.DirectoryOf(folder, file.Key), file.Select(manifest => manifest.Node), ofContainers, sources))];
        // Who comes from another tool has both: no test yet, and images as that tool writes them.
        if (problems.Exists(problem => problem.Is(Ktr.NoTest)))
            problems.AddRange(images.SelectMany(use => use.Problems));
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(problems));
        return new(folder, Of(ManifestRole.Object), [.. Of(ManifestRole.Assert), .. Of(ManifestRole.Error)], templates, images) { Files = files, Builds = read.Builds };

        IReadOnlyList<Manifest> Of(ManifestRole role) => [.. read.Manifests.Where(manifest => manifest.Role == role)];
    }

    private static ManifestFile? Load(string file, string shown, List<Diagnostic> problems)
    {
        try
        {
            if (AssertionNames.IsForeign(shown))
                return null;
            if (!KontraktDiscovery.IsKustomization(file))
                return ManifestFile.Load(file, shown);
            problems.Add(Ktr.Kustomize.At(new(shown), "it is in a folder below the kontrakt's own, where it is not rendered; list it in a kustomization.yaml of the kontrakt's folder"));
        }
        catch (KontraktException fault)
        {
            problems.AddRange(fault.Diagnostics);
        }
        return null;
    }

    /// <summary>The objects and builds of files.</summary>
    private sealed class Documents(List<Diagnostic> problems)
    {
        public List<Manifest> Manifests { get; } = [];

        public List<BuildNode> Builds { get; } = [];

        public void Add(ManifestFile file)
        {
            var shown = file.Yaml.Path;
            var (before, faults, role) = (Manifests.Count, problems.Count, ManifestRoles.Of(shown));
            foreach (var document in file.Yaml.Documents)
                Add(document, shown, role);
            if (role != ManifestRole.Object && Manifests.Count == before && problems.Count == faults)
                problems.Add(Ktr.AssertionEmpty.At(new(shown, 1, 1)));
            problems.AddRange(ImageUses.Keys(shown, Manifests.Skip(before).Select(manifest => manifest.Node)));
        }

        /// <summary>Adds the object of a document; of a List (or a ConfigMapList and the like) each item.</summary>
        private void Add(YamlNode node, string shown, ManifestRole role)
        {
            if (role != ManifestRole.Object && AssertionNotation.Problems(node, shown) is { Count: > 0 } wrong)
            {
                problems.AddRange(wrong);
                return;
            }
            var place = node.In(shown);
            if (node.ToJson() is not JsonObject json)
            {
                problems.Add(Ktr.NotAnObject.At(place, node is YamlSequence ? "keys: it is a list. Make each item a document of its own, with '---' between" : "keys: it is a single value"));
                return;
            }
            var manifest = new Manifest(shown, node, new KubernetesObject(json), role);
            if (MissingField(manifest) is { } missing)
                problems.Add(Ktr.NotAnObject.At(manifest.Locate([.. missing.Path]), missing.Name));
            else if (manifest.Object.Kind.EndsWith("List", StringComparison.Ordinal) && node.At("items") is YamlSequence items)
                foreach (var item in items.Items)
                    Add(item, shown, role);
            else if (node is YamlMapping mapping && role == ManifestRole.Object && BuildDocuments.Kinds.Contains(manifest.Object.Kind) && manifest.Object.ApiVersion.StartsWith(BuildDocuments.Group, StringComparison.Ordinal))
                Builds.Add(new(shown, mapping)); // For building images, not for the cluster.
            else if (ForeignTests.ToolOf(manifest.Object.ApiVersion, manifest.Object.Kind) is { } tool)
                problems.Add(Ktr.ForeignTest.At(manifest.Locate("kind"), manifest.Object.Kind, manifest.Object.ApiVersion, tool));
            else if (MissingName(manifest))
                problems.Add(manifest.Object.Text("metadata", "generateName").Length > 0
                    ? Ktr.GeneratedName.At(manifest.Locate("metadata", "generateName")) : Ktr.NotAnObject.At(manifest.Locate("metadata"), "metadata.name"));
            else
                Manifests.Add(manifest);
        }
    }

    private static (string Name, object[] Path)? MissingField(Manifest manifest)
    {
        foreach (var field in new[] { "apiVersion", "kind" })
        {
            if (manifest.Object.Json[field] is not JsonValue value || value.ToString().Length == 0)
                return (field, [field]);
            if (value.GetValueKind() != System.Text.Json.JsonValueKind.String)
                return ($"{field} that is a text (here it is {value.ToJsonString()})", [field]);
        }
        return manifest.Object.Json["metadata"] is not (null or JsonObject) ? ("metadata that is a mapping", ["metadata"]) : null;
    }

    /// <summary>An assertion without a name is about any object of its kind.</summary>
    private static bool MissingName(Manifest manifest) => manifest.Role == ManifestRole.Object && manifest.Object.Name.Length == 0;
}
