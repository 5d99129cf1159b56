using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs.Looking;

/// <summary>A port of this machine and the one that it leads to, as somebody types it: 8080:80, 8080:http, 80, http, or :80 for a free port.</summary>
/// <param name="Text">As it was typed.</param>
/// <param name="Local">0 for a free one; null: the number of the port that it leads to.</param>
/// <param name="Remote">A number or a name.</param>
internal sealed record PortMapping(string Text, int? Local, string Remote)
{
    private const int Largest = 65535;

    /// <exception cref="KontraktException">KTR1202: it is of another form.</exception>
    public static PortMapping Parse(string text) => text.Split(':') switch
    {
        [{ Length: > 0 } remote] => new(text, null, Checked(text, remote)),
        ["", { Length: > 0 } remote] => new(text, 0, Checked(text, remote)),
        [var local, { Length: > 0 } remote] when Number(local) is >= 0 and <= Largest and var number => new(text, number, Checked(text, remote)),
        _ => throw Ktr.PortUnusable.Error(null, text, $"write LOCAL:REMOTE, such as 8080:80 or 8080:http, with a local port of 0 to {Largest}"),
    };

    /// <summary>The port of a pod: its number, or that of the container port of this name.</summary>
    /// <exception cref="KontraktException">KTR1202: no container has a port of this name.</exception>
    public int PortOf(KubernetesObject pod, string title) => PortOf(pod, Remote, title);

    /// <summary>The port of a pod that a Service has as target of the wanted one, and the number of the Service's own.</summary>
    /// <exception cref="KontraktException">KTR1202: the Service has no such port, it is not TCP, or the pod has none of the target's name.</exception>
    public (int OfService, int OfPod) PortOf(KubernetesObject service, KubernetesObject pod, string title)
    {
        var ports = service.Items("spec", "ports").Select(each => new KubernetesObject(each)).ToList();
        var port = ports.Find(each => each.Text("port") == Remote || each.Text("name") == Remote)
            ?? throw Ktr.PortUnusable.Error(null, Text, $"{title} has no port '{Remote}'; its ports: {List(ports, "port")}");
        if (port.Text("protocol") is not ("" or "TCP"))
            throw Ktr.PortUnusable.Error(null, Text, $"this port of {title} is {port.Text("protocol")}, and only TCP can be forwarded");
        var target = port.Text("targetPort") is { Length: > 0 } text ? text : port.Text("port");
        return (Number(port.Text("port")) ?? 0, PortOf(pod, target, title));
    }

    private int PortOf(KubernetesObject pod, string wanted, string title)
    {
        if (Number(wanted) is { } number)
            return number;
        var ports = pod.Items("spec", "containers").SelectMany(container => new KubernetesObject(container).Items("ports")).Select(each => new KubernetesObject(each)).ToList();
        return Number(ports.Find(each => each.Text("name") == wanted)?.Text("containerPort") ?? "")
            ?? throw Ktr.PortUnusable.Error(null, Text, $"no container of {title} has a port named '{wanted}'; named ports: {List([.. ports.Where(each => each.Text("name").Length > 0)], "containerPort")}");
    }

    private static string List(List<KubernetesObject> ports, string number) =>
        ports.Count == 0 ? "none" : string.Join(", ", ports.Select(each => each.Text("name").Length > 0 ? $"{each.Text("name")} ({each.Text(number)})" : each.Text(number)));

    private static string Checked(string text, string remote) => Number(remote) is null or (> 0 and <= Largest) ? remote
        : throw Ktr.PortUnusable.Error(null, text, $"'{remote}' is not a port of 1 to {Largest}");

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
