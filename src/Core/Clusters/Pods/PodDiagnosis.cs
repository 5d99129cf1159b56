using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters.Pods;

/// <summary>How a pod's containers may end without that being a crash.</summary>
/// <param name="MayEnd">Whether a container's end is a verdict or is its owner's matter (tests, Jobs), and so no crash loop.</param>
public sealed record PodTolerance(Func<ContainerStatus, bool> MayEnd)
{
    /// <summary>A pod that should run: a container that keeps ending is a crash loop.</summary>
    public static PodTolerance Service { get; } = new(_ => false);
}

/// <summary>Finds hopeless states in a pod's status and events. Pure: time comes in through each symptom's grace.</summary>
public static partial class PodDiagnosis
{
    /// <summary>ConfigMaps and Secrets may be made by something else of the kontrakt, a little later than the pod.</summary>
    internal static readonly TimeSpan MissingGrace = TimeSpan.FromSeconds(10);
    /// <summary>A kubelet's first tries to mount often fail while its caches fill.</summary>
    internal static readonly TimeSpan MountGrace = TimeSpan.FromSeconds(20);

    /// <param name="events">The events about this pod, oldest first.</param>
    public static IEnumerable<PodSymptom> Of(KubernetesObject pod, IReadOnlyList<KubernetesObject> events, PodTolerance rules, KontraktSettings settings)
    {
        if (pod.Text("metadata", "deletionTimestamp").Length > 0 || pod.Text("status", "phase") is "Succeeded" or "Failed")
            yield break;
        if (Unschedulable(pod, settings) is { } unschedulable)
            yield return unschedulable;
        var creating = false;
        foreach (var container in ContainerStatus.Of(pod))
        {
            creating |= container.WaitingReason is "ContainerCreating" or "PodInitializing";
            if (Of(pod, container, events, rules, settings) is { } symptom)
                yield return symptom;
        }
        if (creating && Mount(events) is { } mount)
            yield return mount;
    }

    private static PodSymptom? Of(KubernetesObject pod, ContainerStatus container, IReadOnlyList<KubernetesObject> events, PodTolerance rules, KontraktSettings settings)
    {
        switch (container.WaitingReason)
        {
            case "InvalidImageName" or "ErrImageNeverPull" or "SignatureValidationFailed":
                return new PodSymptom.ImagePull(container.Name, Image(pod, container), container.WaitingMessage, 1, TimeSpan.Zero);
            case "ErrImagePull" or "ImagePullBackOff" or "ImageInspectError" or "RegistryUnavailable":
                return Pull(pod, container, events);
            case "CreateContainerConfigError":
                return new PodSymptom.CannotStart(container.Name, container.WaitingMessage, Missing(container.WaitingMessage), MissingGrace);
            case "CreateContainerError" or "RunContainerError":
                return CannotRun(container.Name, container.WaitingMessage);
        }
        var last = container.Ended ?? container.EndedBefore;
        if (last is { Reason: "StartError" or "ContainerCannotRun" } && !container.Running)
            return CannotRun(container.Name, last.Message);
        var crashed = container.WaitingReason == "CrashLoopBackOff" || container.Ended is { ExitCode: not 0 } || (container.Ended is not null && !container.Init && ContainerRestarts.Of(pod, container.Name).Follows(0));
        return crashed && container.Restarts >= settings.MaxRestarts && !rules.MayEnd(container)
            ? new PodSymptom.CrashLoop(container.Name, container.Restarts, last)
            : null;
    }

    private static PodSymptom.ImagePull? Pull(KubernetesObject pod, ContainerStatus container, IReadOnlyList<KubernetesObject> events)
    {
        var (said, image, tries) = (PullMessage(container, events), Image(pod, container), PullTries(container, events));
        // A back-off without its reason, as where events are missing: it is one and the same trouble all the time.
        return (ImagePullMessage.Patience(said, image) ?? (container.WaitingReason == "ImagePullBackOff" ? ImagePullMessage.Most : null)) is { } patience
            ? new(container.Name, image, said, tries, tries >= patience.Tries ? TimeSpan.Zero : patience.Grace) : null;
    }

    /// <summary>A command that is not in the image will not come; what else a runtime may stumble over gets the chance of another try.</summary>
    private static PodSymptom.CannotStart CannotRun(string container, string message)
    {
        string[] final = ["no such file or directory", "executable file not found", "permission denied", "exec format error", "is a directory", "no command specified"];
        var grace = final.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase)) ? TimeSpan.Zero : MountGrace;
        return new(container, message + ExecFormatHint(message), null, grace);
    }

    /// <summary>A program for another processor, as the kernel names it, in a message or a log.</summary>
    internal static string ExecFormatHint(string text) => text.Contains("exec format error", StringComparison.OrdinalIgnoreCase)
        ? " (the program is made for another processor architecture, or is a script without a #! line; build the image for the cluster's nodes)"
        : "";

    private static PodSymptom.Unschedulable? Unschedulable(KubernetesObject pod, KontraktSettings settings)
    {
        if (pod.Condition("PodScheduled") is not { } scheduled || scheduled["status"]?.ToString() != "False" || scheduled["reason"]?.ToString() != "Unschedulable")
            return null;
        var message = scheduled["message"]?.ToString() ?? "";
        // A volume that is being provisioned may take longer than any grace for nodes.
        return message.Contains("unbound immediate PersistentVolumeClaims", StringComparison.OrdinalIgnoreCase) ? null : new(message, settings.UnschedulableGrace);
    }

    private static string Image(KubernetesObject pod, ContainerStatus container) =>
        pod.Items("spec", container.Init ? "initContainers" : "containers").FirstOrDefault(each => each["name"]?.ToString() == container.Name)?["image"]?.ToString() ?? container.Image;

    /// <summary>While it backs off, a container's status no longer says why; the event of the failed pull does.</summary>
    internal static string PullMessage(ContainerStatus container, IReadOnlyList<KubernetesObject> events)
    {
        if (container.WaitingReason != "ImagePullBackOff")
            return container.WaitingMessage;
        var pull = events.LastOrDefault(each => IsOf(each, container) && IsFailedPull(each));
        // A newer kubelet (1.31) says it in the status itself.
        return pull?.Text("message") ?? container.WaitingMessage;
    }

    /// <summary>How often the pull that now fails has failed: a kubelet counts events that are alike.</summary>
    private static int PullTries(ContainerStatus container, IReadOnlyList<KubernetesObject> events)
    {
        var own = events.Where(each => IsOf(each, container)).ToList();
        var since = own.FindLastIndex(each => each.Text("reason") == "Pulled") + 1;
        var pulled = since == 0 ? null : KubernetesObject.Time(own[since - 1].Text("lastTimestamp"));
        return (int)Math.Max(1, own.Skip(since).Where(IsFailedPull).Sum(each => IsOlder(each) ? 1 : KubernetesObject.Number(each.At("count"), 1)));

        // It counts failures of an earlier pull as well.
        bool IsOlder(KubernetesObject failed) => pulled is not null && KubernetesObject.Time(failed.Text("firstTimestamp")) < pulled;
    }

    private static bool IsOf(KubernetesObject item, ContainerStatus container) => item.Text("involvedObject", "fieldPath").Contains($"{{{container.Name}}}", StringComparison.Ordinal);

    internal static bool IsFailedPull(KubernetesObject item) => item.Text("reason") == "Failed" && item.Text("message").StartsWith("Failed to pull image", StringComparison.Ordinal);

    private static PodSymptom.CannotStart? Mount(IReadOnlyList<KubernetesObject> events)
    {
        var failed = events.LastOrDefault(each => each.Text("reason") == "FailedMount" && Missing(each.Text("message")) is not null);
        return failed is null ? null : new("", failed.Text("message"), Missing(failed.Text("message")), MountGrace);
    }

    /// <summary>What a kubelet's message says is missing; null when it says nothing of the kind.</summary>
    internal static MissingReference? Missing(string message)
    {
        var volume = FailedVolume().Match(message) is { Success: true } failed ? failed.Groups["volume"].Value : null;
        if (MissingKey().Match(message) is { Success: true } key)
            return new(key.Groups["kind"].Value, key.Groups["name"].Value, key.Groups["key"].Value, volume);
        if (MissingObject().Match(message) is { Success: true } whole)
            return new(whole.Groups["kind"].Value.Equals("secret", StringComparison.OrdinalIgnoreCase) ? "Secret" : "ConfigMap", whole.Groups["name"].Value, null, volume);
        if (MissingConfigKey().Match(message) is { Success: true } config)
            return new(config.Groups["kind"].Value == "secret" ? "Secret" : "ConfigMap", "", config.Groups["key"].Value, volume);
        return null;
    }

    // kubelet, pkg/kubelet/kubelet_pods.go: "couldn't find key %v in ConfigMap %v/%v"; the same for Secret.
    [GeneratedRegex("""couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) [^/\s]+/(?<name>[^\s"]+)""")]
    private static partial Regex MissingKey();

    // apimachinery's NotFound: configmaps "x" not found; kubelet's caches: configmap "x" not found, object "ns"/"x" not registered is transient.
    [GeneratedRegex("""(?<kind>configmap|secret)s? "(?<name>[^"]+)" not found""", RegexOptions.IgnoreCase)]
    private static partial Regex MissingObject();

    // Volumes: "references non-existent config key: x", "references non-existent secret key: x".
    [GeneratedRegex("""references non-existent (?<kind>config|secret) key: (?<key>[^\s"]+)""")]
    private static partial Regex MissingConfigKey();

    // kubelet, pkg/kubelet/volumemanager: MountVolume.SetUp failed for volume "v" : ...
    [GeneratedRegex("""for volume "(?<volume>[^"]+)" """)]
    private static partial Regex FailedVolume();
}
