using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Since;

/// <summary>A repository with kontrakts, a commit of them, and which of them have changed since.</summary>
internal sealed class Commit : IDisposable
{
    public const string Plain = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: registry.example/x:1}]}\n";

    private readonly TempFolder _rendered = new();

    public GitFolder Git { get; } = new();

    public ListLog Log { get; } = new();

    public static string Pod(string image) => Plain.Replace("registry.example/x:1", $"'{image}'", StringComparison.Ordinal);

    public string At(string name) => Git.Files.At(name);

    public void Write(string name, string text = "text") => Git.Files.Write(name, text);

    public void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        Directory.CreateSymbolicLink(At(name), target);
    }

    /// <summary>Changes a file; one that does not exist is made.</summary>
    public void Change(string name) => Write(name, (File.Exists(At(name)) ? File.ReadAllText(At(name)) : "") + (name.EndsWith("proj", StringComparison.Ordinal) || name.EndsWith(".props", StringComparison.Ordinal) ? "<!-- changed -->" : "\n# changed\n"));

    /// <summary>The names of the kontrakts that have changed since the last commit.</summary>
    public string Changed(string directory = "", params IReadOnlyList<ImageItem> items) => Changed(new KontraktSettings { Directory = At(directory), RunsDirectory = At("runs"), Since = "HEAD" }, items);

    public string Changed(KontraktSettings settings, params IReadOnlyList<ImageItem> items)
    {
        var read = KontraktDiscovery.Discover(settings.Directory).Select(Rendered).Select(folder => ManifestReader.Read(folder)).ToList();
        return string.Join(' ', ChangedKontrakts.Choose(read, settings, items, Log).Select(kontrakt => kontrakt.Folder.Name));
    }

    /// <summary>What a kustomization renders to decides nothing here.</summary>
    private KontraktFolder Rendered(KontraktFolder folder) => folder.RenderedFrom is null ? folder : folder with { Files = [_rendered.Write($"{folder.Name}.yaml", Plain)] };

    public void Dispose()
    {
        Git.Dispose();
        _rendered.Dispose();
    }
}
