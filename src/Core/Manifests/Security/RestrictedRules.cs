namespace Kontrakt.Manifests.Security;

/// <summary>What the level "restricted" of the Pod Security Standards asks for beyond "baseline": that a pod gives up what it does not need.</summary>
internal static class RestrictedRules
{
    private static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
    private static readonly string[] Profiles = ["RuntimeDefault", "Localhost"];

    public static IEnumerable<PodFinding> Check(PodPart pod)
    {
        var context = pod.At("spec", "securityContext");
        var isWindows = pod.At("spec", "os", "name").Text == "windows";
        foreach (var volume in pod.At("spec", "volumes").Items)
            foreach (var (kind, part) in volume.Fields.Where(field => field.Name != "name" && field.Part.Value is not null && !Volumes.Contains(field.Name)))
                yield return part.Asks($"a volume of kind {kind}");
        if (context.At("runAsUser").Text == "0")
            yield return context.At("runAsUser").Asks("to run as root (runAsUser 0)");
        if (context.At("runAsNonRoot").IsFalse)
            yield return context.At("runAsNonRoot").Asks("to run as root (runAsNonRoot false)");
        foreach (var finding in pod.Containers.SelectMany(container => OfContainer(container, context, isWindows)))
            yield return finding;
    }

    private static IEnumerable<PodFinding> OfContainer(PodPart container, PodPart podContext, bool isWindows)
    {
        var context = container.At("securityContext");
        if (context.At("runAsUser").Text == "0")
            yield return context.At("runAsUser").Asks($"{container.Container} to run as root (runAsUser 0)");
        if (context.At("runAsNonRoot").IsFalse)
            yield return context.At("runAsNonRoot").Asks($"{container.Container} to run as root (runAsNonRoot false)");
        else if (!context.At("runAsNonRoot").IsTrue && !podContext.At("runAsNonRoot").IsTrue)
            yield return context.Asks($"{container.Container} to be free to run as root (without runAsNonRoot: true)");
        if (isWindows)
            yield break;
        if (!context.At("allowPrivilegeEscalation").IsFalse)
            yield return context.At("allowPrivilegeEscalation").Asks($"{container.Container} to be free to gain rights (without allowPrivilegeEscalation: false)");
        if ((context.At("seccompProfile", "type").Text ?? podContext.At("seccompProfile", "type").Text) is not { } profile || !Profiles.Contains(profile))
            yield return context.At("seccompProfile").Asks($"every system call for {container.Container} (without seccompProfile.type: RuntimeDefault)");
        if (!context.At("capabilities", "drop").Items.Any(dropped => dropped.Text == "ALL"))
            yield return context.At("capabilities", "drop").Asks($"a runtime's default capabilities for {container.Container} (without capabilities.drop: [ALL])");
        foreach (var added in context.At("capabilities", "add").Items.Where(added => added.Text != "NET_BIND_SERVICE"))
            yield return added.Asks($"the capability '{added.Text}' for {container.Container}");
    }
}
