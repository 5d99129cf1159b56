using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>What a test window shows as a line of its own: a kontrakt, and below it each test and each assertion.</summary>
/// <param name="Name">The test as the user knows it ("pod/smoke"; with several deciding containers "pod/smoke/one"), or the assertion; null: the kontrakt itself.</param>
/// <param name="Test">The test of the run record that it belongs to; null for kontrakts and assertions.</param>
/// <param name="Labels">Label and value of the test pods: a kontrakt has those of all its tests.</param>
public sealed record TestEntry(string Kontrakt, string? Name, string? Test, SourceLocation Location, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    /// <summary>The container that decides; null where it is not one alone.</summary>
    public string? Container { get; init; }

    /// <summary>"orders", "orders/pod/smoke": one name for one line, the same in every run.</summary>
    public string FullName => Name is null ? Kontrakt : $"{Kontrakt}/{Name}";

    /// <summary>A kontrakt and what is below it, in the order of its files.</summary>
    /// <exception cref="KontraktException">Annotations without a possible meaning.</exception>
    public static IReadOnlyList<TestEntry> Of(KontraktManifests kontrakt)
    {
        List<TestEntry> below = [.. KontraktTest.AllOf(kontrakt).SelectMany(test => Of(kontrakt.Folder.Name, test)), .. kontrakt.Assertions.Select(assertion => Of(kontrakt, assertion))];
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < below.Count; at++)
        {
            // Two documents may ask for the same object in two ways. '#' means itself in every kind of filter.
            var times = names[below[at].FullName] = names.GetValueOrDefault(below[at].FullName) + 1;
            if (times > 1)
                below[at] = below[at] with { Name = $"{below[at].Name}#{times}" };
        }
        List<KeyValuePair<string, string>> labels = [.. below.SelectMany(entry => entry.Labels).Distinct()];
        return [new(kontrakt.Folder.Name, null, null, Place(kontrakt, below), labels), .. below];
    }

    /// <summary>A kontrakt is a folder: what opens is its first test.</summary>
    private static SourceLocation Place(KontraktManifests kontrakt, List<TestEntry> below) =>
        below.Count > 0 ? below[0].Location : new(kontrakt.Folder.Directory);

    private static IEnumerable<TestEntry> Of(string kontrakt, KontraktTest test)
    {
        var labels = LabelsOf(test.Template);
        List<PodContainer> deciding = [.. test.Template.Containers.Where(container => IsMain(container) && (test.Deciding.Count == 0 || test.Deciding.Contains(container.Name, StringComparer.Ordinal)))];
        return deciding.Count < 2
            ? [new(kontrakt, test.Name, test.Name, test.Location, labels) { Container = deciding.FirstOrDefault()?.Name }]
            : deciding.Select(container => new TestEntry(kontrakt, $"{test.Name}/{container.Name}", test.Name, test.Template.LocateContainer(container.Name), labels) { Container = container.Name });
    }

    private static bool IsMain(PodContainer container) => container.Path.Contains("containers");

    private static TestEntry Of(KontraktManifests kontrakt, Manifest assertion)
    {
        var what = assertion.Object.Name.Length > 0 ? assertion.Title : assertion.Object.Kind.ToLowerInvariant();
        var file = Path.GetRelativePath(kontrakt.Folder.Directory, assertion.File).Replace('\\', '/');
        return new(kontrakt.Folder.Name, $"{file}/{what}", null, assertion.Locate(), []);
    }

    /// <summary>The labels that a pod of the template will have.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> LabelsOf(PodTemplate template) =>
        [.. ((template.Manifest.Node.At([.. template.Path, "metadata", "labels"]) as YamlMapping)?.Entries ?? [])
            .Where(label => label.Value is YamlScalar).Select(label => KeyValuePair.Create(label.Name, ((YamlScalar)label.Value).Value))];
}
