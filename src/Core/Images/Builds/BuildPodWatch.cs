using System.Threading.Channels;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Images.Builds;

/// <summary>Follows a build's pod by watch until it has ended, or cannot come to an end.</summary>
internal sealed class BuildPodWatch(BuildPlace place, KubernetesObject pod, KontraktSettings settings, BuildLogs logs, Action<string> onSeen)
{
    private static readonly PodTolerance Rules = new(_ => true);

    /// <summary>An event may be written a moment after the state that it is about.</summary>
    private static readonly TimeSpan EventsLate = TimeSpan.FromSeconds(2);

    private readonly SymptomClock _clock = new(TimeProvider.System);
    private DateTimeOffset? _lookAgain;

    /// <exception cref="KubernetesException">The cluster does not answer any more.</exception>
    public async Task<BuildPodEnd> WaitAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var states = Channel.CreateUnbounded<KubernetesObject?>(new() { SingleReader = true });
        var watching = WatchAsync(states.Writer, stop.Token);
        try
        {
            return await JudgeAsync(states.Reader, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
    }

    /// <summary>Writes each state of the pod; null when it is gone. A watch that fails ends the channel with its exception.</summary>
    private async Task WatchAsync(ChannelWriter<KubernetesObject?> states, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var there = false;
            await foreach (var change in place.Client.WatchAsync(ApiResource.Pods, new(place.Namespace) { FieldSelector = $"metadata.name={pod.Name}" }, cancellationToken))
            {
                there |= change.Object is not null;
                if (change.Type == WatchEventType.Deleted || (change.Type == WatchEventType.Synced && !there))
                    states.TryWrite(null);
                else if (change.Object is { } state)
                    states.TryWrite(state);
            }
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            failure = e;
        }
        states.TryComplete(failure);
    }

    private async Task<BuildPodEnd> JudgeAsync(ChannelReader<KubernetesObject?> states, CancellationToken cancellationToken)
    {
        KubernetesObject? last = null;
        while (true)
        {
            if (await NextAsync(states, cancellationToken))
            {
                last = await states.ReadAsync(cancellationToken);
                if (last is null)
                    return new BuildPodEnd.Stuck("its pod was deleted before it had ended.");
                logs.Follow(last);
                if (End(last) is { } end)
                    return end;
                _lookAgain = Waits(last) ? DateTimeOffset.UtcNow + EventsLate : null;
            }
            else
            {
                _lookAgain = null;
            }
            if (last is null)
                continue;
            // While an image does not exist, its status may say only that it waits for the next try; the event of the failed one says why.
            var events = Waits(last) ? await EventsAsync(cancellationToken) : [];
            onSeen(PodText.State(last, events));
            if (WhyHopeless(last, events) is { } hopeless)
                return hopeless;
        }
    }

    /// <summary>Whether there is another state; false when instead the grace of a symptom has ended.</summary>
    private async Task<bool> NextAsync(ChannelReader<KubernetesObject?> states, CancellationToken cancellationToken)
    {
        DateTimeOffset?[] moments = [_clock.NextEnd, _lookAgain];
        if (moments.Min() is not { } end)
            return await IsThereAsync(states, cancellationToken);
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = end - DateTimeOffset.UtcNow;
        grace.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        try
        {
            return await IsThereAsync(states, grace.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && grace.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> IsThereAsync(ChannelReader<KubernetesObject?> states, CancellationToken cancellationToken) =>
        await states.WaitToReadAsync(cancellationToken) ? true : throw new InvalidOperationException("the watch of a pod ended by itself");

    private static BuildPodEnd? End(KubernetesObject pod)
    {
        if (ContainerStatus.Of(pod).FirstOrDefault(step => step.Ended is { ExitCode: not 0 }) is { } failed && pod.Text("status", "reason").Length == 0)
            return new BuildPodEnd.StepFailed(failed);
        return pod.Text("status", "phase") switch
        {
            "Succeeded" => new BuildPodEnd.Succeeded(pod),
            "Failed" when pod.Text("status", "reason") == "DeadlineExceeded" => new BuildPodEnd.OutOfTime(),
            "Failed" => new BuildPodEnd.Stuck($"its pod failed: {PodText.WhyFailed(pod)}."),
            _ => null,
        };
    }

    private static bool Waits(KubernetesObject pod) => ContainerStatus.Of(pod).Any(step => step.WaitingReason.Length > 0);

    private BuildPodEnd.Stuck? WhyHopeless(KubernetesObject pod, IReadOnlyList<KubernetesObject> events) =>
        _clock.Final(pod, PodDiagnosis.Of(pod, events, Rules, settings)) is [var (symptom, lasted), ..] ? new(Describe(symptom, lasted)) : null;

    private static string Describe(PodSymptom symptom, TimeSpan lasted) => symptom switch
    {
        PodSymptom.ImagePull pull => $"the image '{pull.Image}' of its step '{pull.Container}' cannot be pulled by the cluster{pull.InTries}: {pull.Message}",
        PodSymptom.Unschedulable unschedulable => $"its pod cannot be scheduled for {DurationText.Format(lasted)}: {unschedulable.Message}. KontraktBuildRequests says what a build asks for.",
        PodSymptom.CannotStart cannot => $"its step '{cannot.Container}' cannot start: {cannot.Message}",
        _ => $"its step '{symptom.Container}' does not run",
    };

    private async Task<IReadOnlyList<KubernetesObject>> EventsAsync(CancellationToken cancellationToken)
    {
        var events = new List<KubernetesObject>();
        await foreach (var each in place.Client.ListAsync(ApiResource.Events, new(place.Namespace) { FieldSelector = $"involvedObject.name={pod.Name}" }, cancellationToken))
        {
            if (each.Text("involvedObject", "uid") == pod.Uid)
                events.Add(each);
        }
        return [.. events.OrderBy(each => each.Text("lastTimestamp"), StringComparer.Ordinal)];
    }
}

/// <summary>How a build's pod ended. A closed set: match on it.</summary>
internal abstract record BuildPodEnd
{
    public sealed record Succeeded(KubernetesObject Pod) : BuildPodEnd;
    public sealed record StepFailed(ContainerStatus Step) : BuildPodEnd;
    /// <summary>It will never run to its end.</summary>
    public sealed record Stuck(string Why) : BuildPodEnd;
    /// <summary>The cluster ended it at its deadline.</summary>
    public sealed record OutOfTime : BuildPodEnd;
}
