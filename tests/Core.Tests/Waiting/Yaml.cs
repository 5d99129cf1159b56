using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Waiting;

/// <summary>Objects and manifests from YAML text.</summary>
internal static class Yaml
{
    public static KubernetesObject Object(string text) => new((JsonObject)YamlFile.Parse("test.yaml", text).Documents.Single().ToJson()!);

    public static Manifest Manifest(string text, ManifestRole role = ManifestRole.Object)
    {
        var node = YamlFile.Parse("/kontrakt/test.yaml", text, expressions: role != ManifestRole.Object).Documents.Single();
        return new("/kontrakt/test.yaml", node, new((JsonObject)node.ToJson()!), role);
    }

    public static PodTemplate Template(string text, KontraktLabel label, params object[] path) => new(Manifest(text), path, label);

    public static KontraktSettings Settings => new() { Directory = "/", RunsDirectory = "/" };
}
