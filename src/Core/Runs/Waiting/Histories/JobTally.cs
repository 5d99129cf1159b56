using System.Globalization;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// A Job's pods counted by its own rules (completions, Indexed, backoffLimit, backoffLimitPerIndex, podFailurePolicy): what its conditions will say,
/// where a container that runs on keeps its pods from ending.
/// </summary>
/// <param name="Outcome">What is certain by now; null while nothing is.</param>
/// <param name="Failures">Pods that count as failed.</param>
/// <param name="WhyStuck">Why no other try begins; begins with a separator, "" where nothing prevents it.</param>
internal sealed record JobTally(TestOutcome? Outcome, int Failures, string WhyStuck)
{
    private const string Index = "batch.kubernetes.io/job-completion-index";

    /// <param name="deciding">The containers that decide; empty: the Job's own conditions do, except a failure that they cannot see.</param>
    public static JobTally Of(KubernetesObject job, IEnumerable<PodHistory> pods, IReadOnlyList<string> deciding)
    {
        var all = pods.Select(pod => (Pod: pod, pod.Outcome)).ToList();
        var failed = all.Where(each => each.Outcome is TestOutcome.Failed).Select(each => (each.Pod, Failed: (TestOutcome.Failed)each.Outcome, Action: PodFailureRule.ActionOf(job, each.Pod.Pod)))
            .Where(each => each.Action != "Ignore").ToList();
        // A pod that has ended altogether is counted by the Job itself.
        var stuck = failed.Where(each => !each.Pod.HasEnded && !each.Pod.Deleted).ToList();
        var why = stuck.Count == 0 ? "" : $"; {stuck[^1].Failed.Message}, and no other try begins while that pod's other containers run on";
        if (deciding.Count == 0 && stuck.Count == 0)
            return new(null, failed.Count, "");
        if (TooMany(job, failed) is { } reason)
            return new(failed[^1].Failed with { Message = $"{failed[^1].Failed.Message}; {reason}" }, failed.Count, why);
        return new(deciding.Count > 0 ? Passed(job, all) : null, failed.Count, why);
    }

    private static string? TooMany(KubernetesObject job, List<(PodHistory Pod, TestOutcome.Failed Failed, string Action)> failed)
    {
        if (failed.Exists(each => each.Action == "FailJob"))
            return "its podFailurePolicy says FailJob";
        if (failed.Find(each => each.Action == "FailIndex") is { Pod: not null } last)
            return $"its podFailurePolicy says FailIndex (index {IndexOf(last.Pod)})";
        if (job.At("spec", "backoffLimitPerIndex") is { } perIndex)
        {
            var limit = KubernetesObject.Number(perIndex);
            return failed.GroupBy(each => IndexOf(each.Pod)).FirstOrDefault(index => index.Count() > limit) is { } index
                ? string.Create(CultureInfo.InvariantCulture, $"index {index.Key} failed {Times(index.Count())}, and its backoffLimitPerIndex is {limit}") : null;
        }
        var backoff = KubernetesObject.Number(job.At("spec", "backoffLimit"), 6);
        return failed.Count > backoff ? string.Create(CultureInfo.InvariantCulture, $"it failed {Times(failed.Count)}, and its backoffLimit is {backoff}") : null;
    }

    private static TestOutcome.Passed? Passed(KubernetesObject job, List<(PodHistory Pod, TestOutcome Outcome)> all)
    {
        var passed = all.Where(each => each.Outcome is TestOutcome.Passed).Select(each => (each.Pod, Passed: (TestOutcome.Passed)each.Outcome)).ToList();
        if (passed.Count == 0)
            return null;
        var done = job.At("spec", "completions") is not { } completions
            ? !all.Exists(each => each.Outcome is TestOutcome.Running) // A queue of work: the first success says that there is none left.
            : (job.Text("spec", "completionMode") == "Indexed" ? passed.Select(each => IndexOf(each.Pod)).Distinct().Count() : passed.Count) >= KubernetesObject.Number(completions);
        return done ? new(passed.Max(each => each.Passed.Duration)) : null;
    }

    private static string IndexOf(PodHistory pod) => pod.Pod.Annotations.GetValueOrDefault(Index, "");

    private static string Times(int count) => count == 1 ? "once" : CountText.Format(count, "time");
}

/// <summary>What a Job's podFailurePolicy makes of a failed pod.</summary>
internal static class PodFailureRule
{
    /// <summary>Count, Ignore, FailJob or FailIndex: the first rule that matches; Count without one.</summary>
    public static string ActionOf(KubernetesObject job, KubernetesObject pod) =>
        job.Items("spec", "podFailurePolicy", "rules").Select(rule => new KubernetesObject(rule)).FirstOrDefault(rule => Matches(rule, pod))?.Text("action") ?? "Count";

    private static bool Matches(KubernetesObject rule, KubernetesObject pod)
    {
        if (rule.At("onExitCodes") is null)
            return rule.Items("onPodConditions").Any(each => pod.Condition(each["type"]?.ToString() ?? "")?["status"]?.ToString() == (each["status"]?.ToString() ?? "True"));
        var values = (rule.At("onExitCodes", "values") as System.Text.Json.Nodes.JsonArray ?? []).Select(value => KubernetesObject.Number(value)).ToHashSet();
        var container = rule.Text("onExitCodes", "containerName");
        return ContainerStatus.Of(pod).Any(each => each.Ended is { ExitCode: not 0 } end && (container.Length == 0 || container == each.Name)
            && values.Contains(end.ExitCode) == (rule.Text("onExitCodes", "operator") == "In"));
    }
}
