using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Manifests;

/// <summary>
/// What a kustomization is made from: its folder, and whatever elsewhere a text of the YAML in it, or a link in it, leads to, and so on from there. That is
/// more than kustomize reads, which has paths in many fields, and in files of generators and transformers.
/// </summary>
internal sealed class KustomizationInputs
{
    /// <summary>Files that hold paths are small; YAML is read whatever its size.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Fields with names of files and folders, which may be elsewhere.</summary>
    private static readonly string[] Lists = ["resources", "bases", "components", "crds", "configurations", "transformers", "generators", "validators"];

    /// <summary>Fields in which an address is a text like any other.</summary>
    private static readonly string[] Texts = ["apiVersion", "kind", "metadata", "commonAnnotations", "commonLabels", "labels", "images", "namePrefix", "nameSuffix", "namespace", "vars", "replicas", "buildMetadata"];

    private static readonly EnumerationOptions Here = new() { AttributesToSkip = 0 };

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly SourceInputs _inputs;

    private KustomizationInputs(SourceInputs inputs) => _inputs = inputs;

    /// <param name="directory">The folder of the kustomization.</param>
    public static void Add(string directory, SourceInputs inputs) => new KustomizationInputs(inputs).Follow(directory);

    private void Follow(string path)
    {
        _inputs.Add(path);
        var real = RealPath.Of(path);
        if (!_seen.Add(real) || !StateFolder.Holds(_inputs.Root, real))
            return;
        if (Directory.Exists(real))
            FollowFolder(real, real);
        else if (File.Exists(real))
            Read(real, Path.GetDirectoryName(real) ?? real);
    }

    /// <param name="top">The folder that was named: paths in files below it may be seen from there.</param>
    private void FollowFolder(string folder, string top)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", Here))
            if (new FileInfo(entry).LinkTarget is not null)
                Follow(entry);
            else if (File.Exists(entry))
                Read(entry, top);
            else if (Path.GetFileName(entry) != ".git")
                FollowFolder(entry, top);
    }

    private void Read(string file, string top)
    {
        var isYaml = KontraktDiscovery.IsKustomization(file) || Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml" or ".json";
        if (!isYaml && new FileInfo(file).Length > MostBytes)
            return;
        try
        {
            Read(YamlFile.Load(file), file, top);
        }
        catch (Exception fault) when (fault is YamlSyntaxException || ManifestFaults.IsFileFault(fault))
        {
            if (isYaml)
                _inputs.AddAnything($"{file} cannot be read, and it may name any file");
        }
    }

    private void Read(YamlFile yaml, string file, string top)
    {
        if (KontraktDiscovery.IsKustomization(file))
            foreach (var field in yaml.Documents.OfType<YamlMapping>().SelectMany(document => document.Entries).Where(field => !Texts.Contains(field.Name)))
                LookElsewhere(field.Value, Lists.Contains(field.Name), file);
        foreach (var text in yaml.Scalars.Select(scalar => scalar.Value))
            if (text.Contains('\n'))
                ReadText(text, file, top);
            else
                FollowText(text, file, top);
    }

    /// <summary>A document in a text, such as a patch or a transformer.</summary>
    private void ReadText(string text, string file, string top)
    {
        if (!text.Contains("..", StringComparison.Ordinal))
            return;
        try
        {
            foreach (var inner in YamlFile.Parse(file, text).Scalars.Select(scalar => scalar.Value).Where(inner => !inner.Contains('\n')))
                FollowText(inner, file, top);
        }
        catch (YamlSyntaxException)
        {
            // A script, say: no document, so it names nothing that kustomize would read.
        }
    }

    /// <summary>A path that leaves its folder, also behind the key of a generator. What does not is in the folder, which counts as a whole.</summary>
    private void FollowText(string text, string file, string top)
    {
        foreach (var path in new[] { text, text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..] }.Distinct().Where(path => path.Split('/').Contains("..")))
            for (var folder = Path.GetDirectoryName(file); folder is not null && StateFolder.Holds(top, folder); folder = Path.GetDirectoryName(folder))
            {
                var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder));
                if (StateFolder.Holds(_inputs.Root, full) || Path.Exists(full))
                    Follow(full);
            }
    }

    private void LookElsewhere(YamlNode node, bool isList, string file)
    {
        if (node is YamlMapping mapping)
            foreach (var entry in mapping.Entries.Where(entry => entry.Name != "literals"))
                LookElsewhere(entry.Value, isList, file);
        else if (node is YamlSequence list)
            foreach (var item in list.Items)
                LookElsewhere(item, isList, file);
        else if (node is YamlScalar { Value: var text } && text.Length > 0 && !text.Contains('\n')
            && (IsAddress(text) || (isList && IsRemote(text) && !Path.Exists(Path.GetFullPath(text, Path.GetDirectoryName(file) ?? "/")))))
            _inputs.AddElsewhere($"'{text}' in {Path.GetRelativePath(_inputs.Root, file)} is not in the repository");
    }

    /// <summary>Such as git@host:base, or github.com/owner/base?ref=v1.</summary>
    private static bool IsRemote(string text) => text.AsSpan().ContainsAny(':', '?') || (text.Split('/') is [var host, _, ..] && host.TrimStart('.').Contains('.'));

    private static bool IsAddress(string text) => text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..].Split("://") is [{ Length: > 0 } scheme, _, ..] && scheme.All(char.IsAsciiLetterOrDigit);
}
