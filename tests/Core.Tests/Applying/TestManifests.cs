using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Applying;

/// <summary>Manifests of one file, without the checks that reading a kontrakt makes: what is tested here is the server's part.</summary>
internal static class TestManifests
{
    public const string File = "/src/kontrakt/all.yaml";

    public static KontraktManifests Parse(string yaml)
    {
        var objects = YamlFile.Parse(File, yaml).Documents
            .Select(node => new Manifest(File, node, new(node.ToJson()!.AsObject()), ManifestRole.Object)).ToList();
        return new(new("kontrakt", "/src/kontrakt", [File], null), objects, [], [.. objects.SelectMany(Templates)], []);
    }

    private static IEnumerable<PodTemplate> Templates(Manifest manifest)
    {
        object[] path = manifest.Object.Kind == "Pod" ? [] : ["spec", "template"];
        if (manifest.Object.At([.. path, "spec", "containers"]) is not null)
            yield return new(manifest, path, Label(manifest.Object.Text([.. path, "metadata", "labels", "kontrakt"])));
    }

    private static KontraktLabel Label(string text) => text switch
    {
        "test" => KontraktLabel.Test,
        "completion" => KontraktLabel.Completion,
        "readiness" => KontraktLabel.Readiness,
        "target" => KontraktLabel.Target,
        _ => KontraktLabel.None,
    };
}
