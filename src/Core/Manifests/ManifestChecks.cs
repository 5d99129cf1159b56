using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>What must hold of a kontrakt's manifests, as far as it can be known without a cluster. Notes every problem and goes on.</summary>
internal sealed class ManifestChecks(KontraktFolder folder, List<Diagnostic> problems)
{
    private static readonly object[] Metadata = ["metadata"];

    /// <returns>The pod templates of the objects.</returns>
    public IReadOnlyList<PodTemplate> Check(IReadOnlyList<Manifest> manifests)
    {
        var templates = new List<PodTemplate>();
        foreach (var manifest in manifests)
        {
            CheckScope(manifest);
            CheckAnnotations(manifest, Metadata);
            if (folder.IsPrerequisite)
                CheckProvesNothing(manifest);
            if (manifest.Role != ManifestRole.Object)
                continue;
            if (PodTemplatePaths.Find(manifest) is { } path)
                templates.Add(CheckTemplate(manifest, path));
            else
                CheckWithoutPods(manifest);
        }
        Sequence.Of(manifests, problems);
        CheckTwice(manifests.Where(manifest => manifest.Role == ManifestRole.Object && manifest.Object.Name.Length > 0));
        return templates;
    }

    public void RequireTest(IReadOnlyList<Manifest> manifests, IReadOnlyList<PodTemplate> templates)
    {
        var defined = templates.Any(template => template.Label is KontraktLabel.Test or KontraktLabel.Completion or KontraktLabel.Readiness)
            || manifests.Any(manifest => manifest.Role == ManifestRole.Assert)
            // That something does not exist says nothing where nothing is applied.
            || (manifests.Any(manifest => manifest.Role == ManifestRole.Error) && manifests.Any(manifest => manifest.Role == ManifestRole.Object));
        if (!defined)
            problems.Add(Ktr.NoTest.At(new(manifests.Count > 0 ? manifests[0].File : folder.RenderedFrom ?? folder.Directory, 1, 1), folder.Name));
    }

    private void CheckScope(Manifest manifest)
    {
        var item = manifest.Object;
        if (folder.IsPrerequisite)
            return;
        if (ClusterScopedKinds.Contains(item.GroupVersionKind))
            problems.Add(Ktr.ClusterScoped.At(manifest.Locate("kind"), manifest.Subject));
        else if (item.Namespace.Length > 0)
            problems.Add(Ktr.ForeignNamespace.At(manifest.Locate("metadata", "namespace"), manifest.Subject, item.Namespace));
    }

    /// <summary>What is applied before the kontrakts has no tests, and no order of its own.</summary>
    private void CheckProvesNothing(Manifest manifest)
    {
        if (manifest.Role != ManifestRole.Object)
            problems.Add(Ktr.PrerequisiteProvesNothing.At(manifest.Locate("kind"), $"the assertion on {manifest.Title}"));
        foreach (var metadata in PodTemplatePaths.Find(manifest) is { Count: > 0 } path ? [Metadata, [.. path, "metadata"]] : new[] { Metadata })
        {
            if (KontraktLabels.Read(manifest, metadata, []) is not KontraktLabel.None and var label)
                problems.Add(Ktr.PrerequisiteProvesNothing.At(KontraktLabels.Place(manifest, metadata), $"the label 'kontrakt: {label}' of {manifest.Title}".ToLowerInvariant()));
            if (manifest.Node.At([.. metadata, "annotations", KontraktAnnotations.After]) is { } after)
                problems.Add(Ktr.PrerequisiteProvesNothing.At(after.In(manifest.File), $"the annotation '{KontraktAnnotations.After}' of {manifest.Title}"));
        }
    }

    /// <summary>
    /// The label on one of Kubernetes' own kinds that makes no pods: nothing would be tested. Others' kinds can make pods of what they hold, and a
    /// kustomization's commonLabels are on every object.
    /// </summary>
    private void CheckWithoutPods(Manifest manifest)
    {
        var group = manifest.Object.ApiVersion.Split('/') is [var name, _] ? name : "";
        if (!(folder.RenderedFrom is { } source && KontraktDiscovery.IsKustomization(source)) && (!group.Contains('.') || group.EndsWith(".k8s.io", StringComparison.Ordinal))
            && ReadLabel(manifest, Metadata) is { } label and not KontraktLabel.None)
            problems.Add(Ktr.MarkMisplaced.At(KontraktLabels.Place(manifest, Metadata), "label", $"kontrakt: {label}".ToLowerInvariant(), $"it on a pod, or on the template of an object that makes pods: {manifest.Title} has none"));
    }

    private PodTemplate CheckTemplate(Manifest manifest, IReadOnlyList<object> path)
    {
        var metadata = (object[])[.. path, "metadata"];
        var label = ReadLabel(manifest, metadata);
        CheckContainers(manifest, path);
        if (label is not null and not KontraktLabel.None && RunningNothing.Find(manifest, path) is { } nothing)
            problems.Add(Ktr.NothingRuns.At(manifest.Locate(nothing.Path), manifest.Title, $"kontrakt: {label}".ToLowerInvariant(), nothing.Says));
        if (label is KontraktLabel.Test or KontraktLabel.Completion)
        {
            CheckRestarts(manifest, path);
            CheckProbes(manifest, path);
        }
        if (path.Count == 0)
            return new(manifest, path, label ?? KontraktLabel.None);
        CheckAnnotations(manifest, metadata);
        if (!folder.IsPrerequisite && manifest.Node.At([.. metadata, "namespace"]) is YamlScalar { Value: { Length: > 0 } other })
            problems.Add(Ktr.ForeignNamespace.At(manifest.Locate([.. metadata, "namespace"]), "the pod template of " + manifest.Subject, other));
        // The label is about pods; on the object alone, or on the Jobs of a CronJob, it would be ignored.
        object[][] holders = path is [_, "jobTemplate", ..] ? [Metadata, ["spec", "jobTemplate", "metadata"]] : [Metadata];
        foreach (var holder in holders)
        {
            if (ReadLabel(manifest, holder) is { } own and not KontraktLabel.None && label is not null && own != label)
                problems.Add(Ktr.LabelNotOnPods.At(KontraktLabels.Place(manifest, holder), $"kontrakt: {own}".ToLowerInvariant(), manifest.Title, string.Join('.', metadata) + ".labels"));
        }
        return new(manifest, path, label ?? KontraktLabel.None);
    }

    /// <summary>The annotation kontrakt/container names main containers, or nobody's exit would decide. Its form is checked with the other annotations.</summary>
    private void CheckContainers(Manifest manifest, IReadOnlyList<object> path)
    {
        if (Deciding(manifest, path) is not { } annotation || KontraktAnnotations.Problem(KontraktAnnotations.Container, annotation.Value) is not null)
            return;
        var containers = manifest.Node.At([.. path, "spec", "containers"]) is YamlSequence list ? list.Items : [];
        var known = containers.Select(container => (container.At("name") as YamlScalar)?.Value).OfType<string>().ToList();
        if (Names(annotation).Except(known, StringComparer.Ordinal).Any())
            problems.Add(Ktr.InvalidSetting.At(annotation.In(manifest.File), KontraktAnnotations.Container, annotation.Value, $"it takes names of main containers, which are {string.Join(", ", known)}"));
    }

    /// <summary>The annotation kontrakt/container, of the pods or of the object; null where every main container decides.</summary>
    private static YamlScalar? Deciding(Manifest manifest, IReadOnlyList<object> path)
    {
        return Annotation([.. path, "metadata"]) ?? Annotation(Metadata);

        YamlScalar? Annotation(object[] metadata) => manifest.Node.At([.. metadata, "annotations", KontraktAnnotations.Container]) as YamlScalar;
    }

    private static IEnumerable<string> Names(YamlScalar annotation) => annotation.Value.Split(',').Select(name => name.Trim());

    /// <summary>A rule that restarts other containers, too, takes back how these have ended: what a test says then is not known.</summary>
    private void CheckRestarts(Manifest manifest, IReadOnlyList<object> path)
    {
        foreach (var list in new[] { "initContainers", "containers" })
            foreach (var container in (manifest.Node.At([.. path, "spec", list]) as YamlSequence)?.Items ?? [])
                foreach (var rule in (container.At("restartPolicyRules") as YamlSequence)?.Items ?? [])
                    if (rule.At("action") is YamlScalar { Value: not "Restart" } action)
                        problems.Add(Ktr.RestartAction.At(action.In(manifest.File), manifest.Title, action.Value));
    }

    /// <summary>A probe that fails ends a container by a signal. What answers that with exit code 0 has decided nothing, and only an event tells the two apart.</summary>
    private void CheckProbes(Manifest manifest, IReadOnlyList<object> path)
    {
        var deciding = Deciding(manifest, path) is { } annotation ? Names(annotation).ToList() : null;
        foreach (var container in (manifest.Node.At([.. path, "spec", "containers"]) as YamlSequence)?.Items ?? [])
        {
            if (deciding is not null && !deciding.Contains((container.At("name") as YamlScalar)?.Value ?? ""))
                continue;
            foreach (var probe in ((container as YamlMapping)?.Entries ?? []).Where(entry => entry.Name is "livenessProbe" or "startupProbe"))
                problems.Add(Ktr.ProbeEndsTest.At(probe.Key.In(manifest.File), manifest.Title, probe.Name));
        }
    }

    /// <returns>Null when the label exists and is wrong, which has been noted.</returns>
    private KontraktLabel? ReadLabel(Manifest manifest, object[] metadata)
    {
        var before = problems.Count;
        var label = KontraktLabels.Read(manifest, metadata, problems);
        return problems.Count == before ? label : null;
    }

    private void CheckAnnotations(Manifest manifest, object[] metadata)
    {
        if (manifest.Role == ManifestRole.Object && manifest.Node.At([.. metadata, "labels"]) is YamlMapping labels)
            foreach (var entry in labels.Entries)
                CheckPlace(manifest, entry, label: true);
        if (manifest.Node.At([.. metadata, "annotations"]) is not YamlMapping annotations)
            return;
        var misplaced = annotations.Entries.Where(entry => CheckPlace(manifest, entry, label: false)).ToList();
        var known = manifest.Role == ManifestRole.Object ? KontraktAnnotations.Known : KontraktAnnotations.OfAssertions;
        foreach (var entry in annotations.Entries.Except(misplaced).Where(entry => entry.Name.StartsWith(KontraktAnnotations.Prefix, StringComparison.Ordinal)))
        {
            var value = entry.Value is YamlScalar scalar ? scalar.Value : "";
            if (!known.Contains(entry.Name))
                problems.Add(Ktr.UnknownAnnotation.At(entry.Key.In(manifest.File), entry.Name, string.Join(", ", known)));
            else if (KontraktAnnotations.Problem(entry.Name, value) is { } problem)
                problems.Add(Ktr.InvalidSetting.At(entry.Value.In(manifest.File), entry.Name, value, problem));
        }
    }

    /// <returns>Whether nothing would read it there, which has been noted.</returns>
    private bool CheckPlace(Manifest manifest, YamlEntry entry, bool label)
    {
        var value = entry.Value is YamlScalar scalar ? scalar.Value : "";
        if (MisplacedMarks.Instead(label, entry.Name, value) is not { } instead)
            return false;
        problems.Add(Ktr.MarkMisplaced.At(entry.Key.In(manifest.File), label ? "label" : "annotation", entry.Name, instead));
        return true;
    }

    private void CheckTwice(IEnumerable<Manifest> objects)
    {
        foreach (var same in objects.GroupBy(manifest => (manifest.Object.GroupVersionKind.Group, manifest.Object.Kind, manifest.Object.Name)))
            foreach (var again in same.Skip(1))
                problems.Add(Ktr.ObjectTwice.At(again.Locate("metadata", "name"), again.Title, folder.Name, same.First().Locate("metadata", "name")));
    }
}
