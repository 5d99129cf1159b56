using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>A probe's port: a number, or the name of one of the container's ports.</summary>
internal static class ContainerPorts
{
    /// <returns>null where there is no such port.</returns>
    public static int? Find(ContainerDefinition container, JsonNode? port)
    {
        var text = port?.ToString() ?? "";
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            number = (int)Kubernetes.Objects.KubernetesObject.Number(container.Items("ports").FirstOrDefault(each => each["name"]?.ToString() == text)?["containerPort"]);
        return number is > 0 and < 65536 ? number : null;
    }
}
