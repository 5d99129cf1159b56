using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>Reads and checks the manifests of a kontrakt.</summary>
public static class ManifestReader
{
    /// <summary>
    /// Reads every file and checks what can be known without a cluster: YAML, objects, labels, annotations, something that defines success
    /// (a pod labelled test, completion or readiness, or an assertion), no foreign namespace, nothing outside of namespaces.
    /// </summary>
    /// <param name="folder">With a kustomization: as <see cref="KustomizeRenderer"/> returned it.</param>
    /// <param name="shownAs">The path diagnostics name for a file that is read; a resolved copy is shown as its source. Null: as it is.</param>
    /// <exception cref="KontraktException">Every error of every file.</exception>
    public static KontraktManifests Read(KontraktFolder folder, Func<string, string>? shownAs = null)
    {
        if (folder.Kustomization is not null && !folder.Files.Any(file => ManifestRoles.Of(file) == ManifestRole.Object))
            throw new ArgumentException($"the kustomization of '{folder.Name}' is not rendered", nameof(folder));
        var problems = new List<Diagnostic>(AssertionNames.Check(folder));
        var manifests = new List<Manifest>();
        var images = new List<ImageUse>();
        foreach (var file in folder.Files)
        {
            var shown = shownAs?.Invoke(file) ?? file;
            if (ReadFile(file, shown, problems) is not { } yaml)
                continue;
            var (before, faults, role) = (manifests.Count, problems.Count, ManifestRoles.Of(shown));
            foreach (var document in yaml.Documents)
                AddObjects(document, shown, role, manifests, problems);
            if (role != ManifestRole.Object && manifests.Count == before && problems.Count == faults)
                problems.Add(Ktr.AssertionEmpty.At(new(shown, 1, 1)));
            var nodes = manifests.Skip(before).Select(manifest => manifest.Node).ToList();
            images.AddRange(ImageUses.Collect(folder.Name, shown, ImageUses.DirectoryOf(folder, shown), nodes));
            problems.AddRange(ImageUses.Keys(shown, nodes));
        }
        var readable = problems.Count == 0;
        var checks = new ManifestChecks(folder, problems);
        var templates = checks.Check(manifests);
        // A file that could not be read may hold the test, and a label that could not be understood may mean one.
        if (readable && !problems.Exists(problem => problem.Kind == Ktr.UnknownLabel || problem.Kind == Ktr.LabelNotOnPods))
            checks.RequireTest(manifests, templates);
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(problems));
        return new(folder, Of(ManifestRole.Object), [.. Of(ManifestRole.Assert), .. Of(ManifestRole.Error)], templates, ImageUses.OfContainers(images, templates));

        IReadOnlyList<Manifest> Of(ManifestRole role) => [.. manifests.Where(manifest => manifest.Role == role)];
    }

    private static YamlFile? ReadFile(string file, string shown, List<Diagnostic> problems)
    {
        try
        {
            if (AssertionNames.IsForeign(shown))
                return null;
            if (!KontraktDiscovery.IsKustomization(file))
                return YamlFile.Load(file, ManifestRoles.HasExpressions(shown));
            problems.Add(Ktr.Kustomize.At(new(shown), "it is in a folder below the kontrakt's own, where it is not rendered; list it in a kustomization.yaml of the kontrakt's folder"));
        }
        catch (YamlSyntaxException fault)
        {
            problems.Add(ManifestFaults.From(fault, shown));
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            problems.Add(ManifestFaults.From(fault, shown));
        }
        return null;
    }

    /// <summary>Adds the object of a document; of a List (or a ConfigMapList and the like) each item.</summary>
    private static void AddObjects(YamlNode node, string shown, ManifestRole role, List<Manifest> manifests, List<Diagnostic> problems)
    {
        if (role != ManifestRole.Object && AssertionNotation.Problems(node, shown) is { Count: > 0 } wrong)
        {
            problems.AddRange(wrong);
            return;
        }
        var place = new SourceLocation(shown, node.Start.Line, node.Start.Column, node.End.Line, node.End.Column);
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
                AddObjects(item, shown, role, manifests, problems);
        else if (IsOfBuilds(manifest))
            return; // For building images, not for the cluster.
        else if (ForeignTests.ToolOf(manifest.Object.ApiVersion, manifest.Object.Kind) is { } tool)
            problems.Add(Ktr.ForeignTest.At(manifest.Locate("kind"), manifest.Object.Kind, manifest.Object.ApiVersion, tool));
        else if (MissingName(manifest))
            problems.Add(manifest.Object.Text("metadata", "generateName").Length > 0
                ? Ktr.GeneratedName.At(manifest.Locate("metadata", "generateName")) : Ktr.NotAnObject.At(manifest.Locate("metadata"), "metadata.name"));
        else
            manifests.Add(manifest);
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

    private static bool IsOfBuilds(Manifest manifest) => manifest.Object is { Kind: "BuildTemplate" or "Build", ApiVersion: var version } && version.StartsWith("build.knative.dev/", StringComparison.Ordinal);

    /// <summary>An assertion without a name is about any object of its kind.</summary>
    private static bool MissingName(Manifest manifest) => manifest.Role == ManifestRole.Object && manifest.Object.Name.Length == 0;
}
