using System.Net;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>The files that name the pod and its surroundings.</summary>
internal static class HostFiles
{
    public static IReadOnlyList<ContainerMount> Write(PodContext pod, IPAddress address)
    {
        var folder = Directory.CreateDirectory(Path.Combine(pod.Directory, "etc")).FullName;
        return
        [
            Write(folder, "hosts", HostsFile.Of(pod.Pod.View, pod.Pod.Namespace, pod.Pod.Hostname, address)),
            Write(folder, "hostname", pod.Pod.Hostname + "\n"),
            Write(folder, "resolv.conf", ResolvConf.Of(pod.Pod.View, pod.Pod.Namespace)),
        ];
    }

    private static ContainerMount Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        return new(path, "/etc/" + name, ReadOnly: false);
    }
}
