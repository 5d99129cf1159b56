using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

internal static class YamlPlaces
{
    /// <summary>The place of a node in a file.</summary>
    public static SourceLocation In(this YamlNode node, string file) => new(file, node.Start.Line, node.Start.Column, node.End.Line, node.End.Column);
}
