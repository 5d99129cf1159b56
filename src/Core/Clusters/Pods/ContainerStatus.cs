using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>How a container ended.</summary>
public sealed record Termination(int ExitCode, string Reason, string Message, DateTimeOffset? Started, DateTimeOffset? Finished)
{
    /// <summary>"exit code 137 (SIGKILL; OOMKilled: ...)".</summary>
    public override string ToString()
    {
        var notes = new List<string>();
        if (SignalName(ExitCode) is { } signal)
            notes.Add(signal);
        if (Reason == "OOMKilled")
            notes.Add("OOMKilled: it used more memory than its limit");
        else if (Reason is not ("" or "Error" or "Completed"))
            notes.Add(Reason);
        var text = $"exit code {ExitCode}" + (notes.Count == 0 ? "" : $" ({string.Join("; ", notes)})");
        return Message.Length == 0 ? text : $"{text}: {Message.Trim()}";
    }

    internal static Termination? From(JsonNode? terminated) => terminated is JsonObject map
        ? new((int)KubernetesObject.Number(map["exitCode"]), map["reason"]?.ToString() ?? "", map["message"]?.ToString() ?? "", KubernetesObject.Time(map["startedAt"]?.ToString()), KubernetesObject.Time(map["finishedAt"]?.ToString()))
        : null;

    /// <summary>
    /// An exit code of 128 + n means that signal n ended the process (POSIX shells and container runtimes alike); of those that end one by default
    /// (signal(7)). Other codes above 128 are the program's own.
    /// </summary>
    public static string? SignalName(int exitCode) => (exitCode - 128) switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        16 => "SIGSTKFLT",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        26 => "SIGVTALRM",
        27 => "SIGPROF",
        29 => "SIGIO",
        30 => "SIGPWR",
        31 => "SIGSYS",
        > 33 and < 65 => $"signal {exitCode - 128}",
        _ => null,
    };
}

/// <summary>One container of a pod: what its status says now and said before its last restart.</summary>
public sealed record ContainerStatus(string Name, bool Init, string Image, long Restarts, bool Running, bool Ready, string WaitingReason, string WaitingMessage,
    Termination? Ended, Termination? EndedBefore)
{
    /// <summary>All containers that have a status, init containers first.</summary>
    public static IEnumerable<ContainerStatus> Of(KubernetesObject pod) =>
        pod.Items("status", "initContainerStatuses").Select(status => From(status, init: true))
            .Concat(pod.Items("status", "containerStatuses").Select(status => From(status, init: false)));

    /// <summary>That of one container, be it ephemeral; null where it has none yet.</summary>
    public static ContainerStatus? Find(KubernetesObject pod, string name) =>
        Of(pod).Concat(pod.Items("status", "ephemeralContainerStatuses").Select(status => From(status, init: false))).FirstOrDefault(each => each.Name == name);

    private static ContainerStatus From(JsonObject status, bool init)
    {
        var state = status["state"] as JsonObject;
        var waiting = state?["waiting"];
        return new(Text(status, "name"), init, Text(status, "image"), KubernetesObject.Number(status["restartCount"]), state?["running"] is not null,
            Text(status, "ready") == "true", waiting?["reason"]?.ToString() ?? "", waiting?["message"]?.ToString() ?? "",
            Termination.From(state?["terminated"]), Termination.From((status["lastState"] as JsonObject)?["terminated"]));
    }

    private static string Text(JsonObject map, string key) => map[key]?.ToString() ?? "";
}
