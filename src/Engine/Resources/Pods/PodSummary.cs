using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What one line says of a pod: the state of the container that matters most, as kubectl prints it.</summary>
internal sealed record PodSummary(string Reason, long Ready, long Total, long Restarts, DateTimeOffset? LastRestart)
{
    public static PodSummary Of(KubernetesObject pod)
    {
        var reason = pod.Text("status", "reason") is { Length: > 0 } why ? why : pod.Text("status", "phase");
        if (pod.Condition("PodScheduled") is { } scheduled && (string?)scheduled["reason"] == "SchedulingGated")
            reason = "SchedulingGated";
        var sidecars = pod.Items("spec", "initContainers").Where(container => (string?)container["restartPolicy"] == "Always")
            .Select(container => container["name"]?.ToString() ?? "").ToHashSet(StringComparer.Ordinal);
        var total = pod.Items("spec", "containers").Count() + sidecars.Count;
        var init = InitState(pod, sidecars);
        // While init containers run, theirs are the restarts that count.
        if (init.Reason is not null && (string?)pod.Condition("Initialized")?["status"] != "True")
            return new(Terminating(pod) ?? init.Reason, init.ReadySidecars, total, init.Restarts, init.Last);
        var main = MainState(pod, reason);
        return new(Terminating(pod) ?? main.Reason, main.Ready + init.ReadySidecars, total, main.Restarts + init.SidecarRestarts, Later(main.Last, init.SidecarLast));
    }

    private sealed record Init(string? Reason, long Restarts, DateTimeOffset? Last, long SidecarRestarts, DateTimeOffset? SidecarLast, long ReadySidecars);

    private static Init InitState(KubernetesObject pod, HashSet<string> sidecars)
    {
        var count = pod.Items("spec", "initContainers").Count();
        var result = new Init(null, 0, null, 0, null, 0);
        var at = 0;
        foreach (var status in pod.Items("status", "initContainerStatuses").Select(status => new KubernetesObject(status)))
        {
            var restarts = KubernetesObject.Number(status.At("restartCount"));
            result = result with { Restarts = result.Restarts + restarts, Last = Later(result.Last, LastEnd(status)) };
            var sidecar = sidecars.Contains(status.Text("name"));
            if (sidecar)
                result = result with { SidecarRestarts = result.SidecarRestarts + restarts, SidecarLast = Later(result.SidecarLast, LastEnd(status)) };
            var done = status.At("state", "terminated") is { } ended && KubernetesObject.Number(ended["exitCode"]) == 0;
            var started = sidecar && status.Text("started") == "true";
            if (started && status.Text("ready") == "true")
                result = result with { ReadySidecars = result.ReadySidecars + 1 };
            if (!done && !started)
                return result with { Reason = "Init:" + (InitReason(status) ?? $"{at}/{count}") };
            at++;
        }
        return result;
    }

    private static string? InitReason(KubernetesObject status)
    {
        if (status.At("state", "terminated") is JsonObject terminated)
            return Ended(new(terminated));
        return status.Text("state", "waiting", "reason") is { Length: > 0 } waiting && waiting != "PodInitializing" ? waiting : null;
    }

    private static (string Reason, long Ready, long Restarts, DateTimeOffset? Last) MainState(KubernetesObject pod, string reason)
    {
        var (ready, restarts, running, last) = (0L, 0L, false, (DateTimeOffset?)null);
        foreach (var status in pod.Items("status", "containerStatuses").Reverse().Select(status => new KubernetesObject(status)))
        {
            restarts += KubernetesObject.Number(status.At("restartCount"));
            last = Later(last, LastEnd(status));
            if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
                reason = waiting;
            else if (status.At("state", "terminated") is JsonObject terminated)
                reason = Ended(new(terminated));
            else if (status.Text("ready") == "true" && status.At("state", "running") is not null)
            {
                running = true;
                ready++;
            }
        }
        if (reason == "Completed" && running)
            reason = (string?)pod.Condition("Ready")?["status"] == "True" ? "Running" : "NotReady";
        return (reason, ready, restarts, last);
    }

    private static string Ended(KubernetesObject ended)
    {
        if (ended.Text("reason") is { Length: > 0 } reason)
            return reason;
        return KubernetesObject.Number(ended.At("signal")) is not 0 and var signal ? $"Signal:{signal}" : $"ExitCode:{KubernetesObject.Number(ended.At("exitCode"))}";
    }

    private static DateTimeOffset? LastEnd(KubernetesObject status) => KubernetesObject.Time(status.Text("lastState", "terminated", "finishedAt"));

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;

    private static string? Terminating(KubernetesObject pod)
    {
        if (pod.Text("metadata", "deletionTimestamp").Length == 0)
            return null;
        if (pod.Text("status", "reason") == "NodeLost")
            return "Unknown";
        // A pod whose containers have ended says how, while it waits to be gone.
        return pod.Text("status", "phase") is "Succeeded" or "Failed" ? null : "Terminating";
    }
}
