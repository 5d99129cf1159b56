using System.Globalization;
using System.Security.Cryptography;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>One start of a container, furnished with all that it needs.</summary>
/// <param name="Id">As the pod's status has it.</param>
/// <param name="MessageFile">The engine's side of the termination log.</param>
internal sealed record PreparedContainer(string Id, ContainerSpec Spec, ContainerLog Log, string MessageFile, int StopSignal)
{
    /// <summary>As if it had requested a tenth of a processor.</summary>
    private const double UsualCpuWeight = 0.1;
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <exception cref="ContainerConfigException">It cannot be started as it is configured.</exception>
    public static PreparedContainer Prepare(PodContext pod, ContainerDefinition container, ContainerImage image, int attempt)
    {
        var user = ContainerIdentity.Of(pod.Pod, container, image);
        var variables = new ContainerVariables(pod.Pod, pod.Current, container, pod.Parts.Objects.Store, pod.Capacity).Read();
        var command = ContainerCommand.Of(container, image.Config, variables);
        var name = string.Create(CultureInfo.InvariantCulture, $"{container.Name}-{attempt}");
        var mounts = ContainerMounts.Of(container, pod.Volumes, variables).ToList();
        var messageFile = MakeMessageFile(pod.Directory, name);
        var id = $"kontrakt://{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
        var log = pod.Parts.Logs.Open(id, Path.Combine(pod.Directory, "logs", name));
        var spec = new ContainerSpec
        {
            Id = name,
            Layers = image.Layers,
            Arguments = command,
            Environment = Environment(pod.Pod, image, user, variables),
            WorkingDirectory = container.Text("workingDir") is { Length: > 0 } folder ? folder : image.Config.WorkingDirectory is { Length: > 0 } images ? images : "/",
            UserId = user.UserId,
            GroupId = user.GroupId,
            SupplementaryGroups = user.SupplementaryGroups,
            Mounts = [.. WithoutHidden(pod.HostFiles, mounts), new(messageFile, TerminationMessage.PathIn(container), ReadOnly: false), .. mounts],
            ReadOnlyRootFileSystem = container.Text("securityContext", "readOnlyRootFilesystem") == "true",
            NoNewPrivileges = container.Text("securityContext", "allowPrivilegeEscalation") == "false",
            AddedCapabilities = Capabilities(container, "add"),
            DroppedCapabilities = Capabilities(container, "drop"),
            Limits = Limits(container, MachineShare.Current),
            Output = log.Write,
        };
        return new(id, spec, log, messageFile, StopSignals.Parse(image.Config.StopSignal));
    }

    /// <summary>A volume at /etc/hosts itself is what the pod's author wants there.</summary>
    private static IEnumerable<ContainerMount> WithoutHidden(IReadOnlyList<ContainerMount> files, List<ContainerMount> mounts) =>
        files.Where(file => !mounts.Exists(mount => mount.Target == file.Target));

    /// <summary>The image's, then what container runtimes add, then the pod's; the last of a name counts.</summary>
    private static List<string> Environment(PodDefinition pod, ContainerImage image, ContainerUser user, Dictionary<string, string> variables)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in (string[])[DefaultPath, $"HOME={user.Home}", .. image.Config.Environment ?? [], $"HOSTNAME={pod.Hostname}"])
        {
            var at = variable.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
                all[variable[..at]] = variable[(at + 1)..];
        }
        foreach (var (name, value) in variables)
            all[name] = value;
        var bad = all.FirstOrDefault(pair => pair.Key.Contains('\0') || pair.Value.Contains('\0')).Key;
        if (bad is not null)
            throw new ContainerConfigException($"the environment variable {bad.Replace("\0", "\\0", StringComparison.Ordinal)} holds a NUL character");
        return [.. all.Select(pair => $"{pair.Key}={pair.Value}")];
    }

    private static string MakeMessageFile(string directory, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "messages")).FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, []);
        // Any user of a container may write it.
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        return path;
    }

    private static List<string> Capabilities(ContainerDefinition container, string field) =>
        [.. container.Texts("securityContext", "capabilities", field).Select(name => name.ToUpperInvariant()).Select(name => name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name)];

    private static ContainerLimits Limits(ContainerDefinition container, MachineShare share) => new(
        PodResources.Limit(container, "cpu") is > 0 and var cpus ? (double)cpus : null,
        (long)Math.Min(PodResources.MemoryLimit(container), long.MaxValue),
        share.ContainerProcesses,
        PodResources.Requested(container, "cpu") is > 0 and var weight ? (double)weight : UsualCpuWeight);
}
