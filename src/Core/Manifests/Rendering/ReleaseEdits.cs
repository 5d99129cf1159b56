using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Rendering;

/// <summary>
/// What a release of Helm has and a kontrakt has not. Its tests become the kontrakt's. Its namespace is not known yet: fields that must name it are emptied,
/// and what else names it is refused, as other hooks are: nothing would run them.
/// </summary>
internal sealed class ReleaseEdits
{
    /// <summary>What templates get as the release's namespace.</summary>
    public const string Namespace = "kontrakt-release-namespace";

    private const string Hook = "helm.sh/hook";

    private readonly string _file;
    private readonly string _text;
    private readonly List<Diagnostic> _problems;
    private readonly List<(int At, int End, string Text)> _edits = [];

    private ReleaseEdits(string file, string text, List<Diagnostic> problems) => (_file, _text, _problems) = (file, text, problems);

    /// <summary>The text with all edits made. What is not YAML stays: who reads it next says so.</summary>
    /// <param name="file">What diagnostics name.</param>
    public static string Apply(string file, string text, List<Diagnostic> problems)
    {
        try
        {
            var yaml = YamlFile.Parse(file, text, ManifestRoles.HasExpressions(file));
            return new ReleaseEdits(file, text, problems).Apply(yaml);
        }
        catch (YamlSyntaxException)
        {
            return text;
        }
    }

    private string Apply(YamlFile yaml)
    {
        var emptied = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        _problems.AddRange(from document in yaml.Documents
                           where !Objects(document).SequenceEqual([document])
                           let hook = document.At("metadata", "annotations", Hook) as YamlScalar
                           where hook is not null
                           select Ktr.ReleaseHook.At(hook.In(_file), "a List", hook.Value));
        foreach (var node in yaml.Documents.SelectMany(Objects))
            if (node.ToJson() is JsonObject json)
            {
                var manifest = new Manifest(_file, node, new KubernetesObject(json), ManifestRoles.Of(_file));
                var path = PodTemplatePaths.Find(manifest);
                foreach (var scalar in NamesOfNamespace(node, path))
                {
                    // One that aliases name is written once.
                    if (emptied.Add(scalar))
                        _edits.Add((scalar.Start.Offset, scalar.End.Offset, "null"));
                }
                if (node.At("metadata", "annotations", Hook) is YamlScalar hook)
                    Treat(manifest, hook, path);
            }
        _problems.AddRange(yaml.Scalars.Where(scalar => !emptied.Contains(scalar) && scalar.Value.Contains(Namespace, StringComparison.Ordinal)).Select(scalar => Ktr.ReleaseNamespace.At(scalar.In(_file))));
        return _edits.OrderByDescending(edit => edit.At).Aggregate(_text, (text, edit) => text[..edit.At] + edit.Text + text[edit.End..]);
    }

    private static IEnumerable<YamlNode> Objects(YamlNode document) =>
        document.At("kind") is YamlScalar { Value: var kind } && kind.EndsWith("List", StringComparison.Ordinal) && document.At("items") is YamlSequence items ? items.Items : [document];

    /// <summary>Where an object has to name the namespace that it is in: itself, its pods, and the accounts that a binding is for.</summary>
    private static IEnumerable<YamlScalar> NamesOfNamespace(YamlNode node, IReadOnlyList<object>? pods)
    {
        var subjects = (node.At("subjects") as YamlSequence)?.Items.Select(subject => subject.At("namespace")) ?? [];
        return subjects.Append(node.At("metadata", "namespace")).Append(pods is { Count: > 0 } ? node.At([.. pods, "metadata", "namespace"]) : null)
            .OfType<YamlScalar>().Where(scalar => scalar.Value == Namespace);
    }

    /// <summary>A test is a pod that has to end with 0 once the release is installed: the same as here. What tests only need is applied with all else.</summary>
    private void Treat(Manifest manifest, YamlScalar hook, IReadOnlyList<object>? pods)
    {
        if (hook.Value.Split(',', StringSplitOptions.TrimEntries).Any(name => name is not ("test" or "test-success")))
        {
            _problems.Add(Ktr.ReleaseHook.At(hook.In(_file), manifest.Title, hook.Value));
            return;
        }
        if (pods is null)
            return;
        if (manifest.Node.At([.. pods, "metadata", "labels", "kontrakt"]) is null)
            Add(manifest.Node.At([.. pods]), ["metadata", "labels"], "kontrakt: test");
        if (manifest.Node.At("metadata", "annotations", KontraktAnnotations.After) is null)
            Add(manifest.Node, ["metadata", "annotations"], $"{KontraktAnnotations.After}: ready");
    }

    /// <summary>Adds an entry to the mapping at a path, with the mappings on the way that do not exist.</summary>
    private void Add(YamlNode? node, string[] path, string entry)
    {
        while (path.Length > 0 && node?.At(path[0]) is YamlMapping next)
            (node, path) = (next, path[1..]);
        entry = path.Reverse().Aggregate(entry, (inner, key) => $"{key}: {{{inner}}}");
        if (node is not YamlMapping mapping)
            return;
        if (_text[mapping.Start.Offset] == '{')
            Insert(mapping.Start.Offset + 1, mapping.Entries.Count > 0 ? entry + ", " : entry);
        else if (mapping.Entries.FirstOrDefault(each => each.Key.Start.Offset >= mapping.Start.Offset) is { Key.Start: var first })
            Insert(first.Offset, entry + "\n" + new string(' ', first.Column - 1));
    }

    private void Insert(int at, string text) => _edits.Add((at, at, text));
}
