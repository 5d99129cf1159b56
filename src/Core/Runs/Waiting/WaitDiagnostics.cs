using System.Runtime.CompilerServices;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Makes diagnostics of what a wait found: the code, the place in the YAML, and what a person needs to fix it.</summary>
internal sealed class WaitDiagnostics(KontraktWork work, KontraktView view)
{
    private readonly KontraktManifests manifests = work.Manifests;
    private readonly KontraktSettings settings = work.Settings;

    /// <summary>What to report, in the order of the YAML: the same of several pods is one.</summary>
    public static IEnumerable<Diagnostic> InOrder(IEnumerable<Described> failures) => failures.Select(each => each.Diagnostic).DistinctBy(each => (each.Code, each.Location, each.Message))
        .OrderBy(each => each.Location?.File, StringComparer.Ordinal).ThenBy(each => each.Location?.Line);

    public async Task<IReadOnlyList<Described>> DescribeAsync(IReadOnlyList<Hopeless> failures, CancellationToken cancellationToken)
    {
        var redactor = await work.RedactorAsync(cancellationToken);
        var logs = new LogCapture(work, redactor);
        var hints = await new PullHint(settings).ForAsync(failures.OfType<Hopeless.Pod>().Select(pod => pod.Symptom).OfType<PodSymptom.ImagePull>().Select(pull => pull.Image), cancellationToken);
        var described = new List<Described>();
        foreach (var failure in failures)
            described.Add(new(failure, await DescribeAsync(failure, logs, redactor, hints, cancellationToken)));
        return described;
    }

    private async Task<Diagnostic> DescribeAsync(Hopeless failure, LogCapture logs, Redactor redactor, IReadOnlyDictionary<string, string> hints, CancellationToken cancellationToken)
    {
        string Shown(string text) => redactor.Redact(PlainText.Clean(text));
        switch (failure)
        {
            case Hopeless.Failed failed:
                return failed.State.Kind.At(Place(failed), failed.Manifest.Title, Shown(failed.Detail?.Message ?? failed.State.Message) + await LogsAsync(failed.Detail, logs, cancellationToken));
            case Hopeless.Late { Test: { IsReadiness: false } test } late:
                return await WithCrashesAsync(Ktr.TestTimedOut.At(test.Location, test.Name, DurationText.Format(late.Within), Shown(late.State).TrimEnd('.'), ToRaise(late)), Services(late.Manifest), logs, Shown, cancellationToken);
            case Hopeless.Late late:
                return await WithCrashesAsync(Ktr.NotReady.At(Unready(late.Manifest) ?? late.Test?.Location ?? Place(late.Manifest), late.Manifest.Title, DurationText.Format(late.Within), Shown(late.State).TrimEnd('.'), ToRaise(late)), [late.Manifest], logs, Shown, cancellationToken);
            case Hopeless.NotStarted never:
                return Ktr.NotStarted.At(never.Test?.Location ?? Place(never.Manifest), never.Test?.Name ?? never.Manifest.Title, never.Why);
            case Hopeless.Pod { Symptom: PodSymptom.CrashLoop crash } pod:
                return await CrashAsync(pod.Subject, crash, logs, redactor, cancellationToken);
            case Hopeless.Pod pod:
                return Describe(pod, Shown, hints);
            default:
                throw new InvalidOperationException("an unknown failure");
        }
    }

    /// <summary>What a test that does not end waits for is often something that crashes; its own tries count as well.</summary>
    private IEnumerable<Manifest> Services(Manifest test) => manifests.PodTemplates.Where(template => ReferenceEquals(template.Manifest, test)
        || template.Label is KontraktLabel.None or KontraktLabel.Target or KontraktLabel.Readiness).Select(template => template.Manifest);

    private async Task<Diagnostic> WithCrashesAsync(Diagnostic diagnostic, IEnumerable<Manifest> objects, LogCapture logs, Func<string, string> shown, CancellationToken cancellationToken)
    {
        const int most = 3;
        var details = "";
        foreach (var crash in objects.SelectMany(manifest => Crashes.Of(view.PodsOf(manifest))).Take(most))
            details += $"\n{shown(crash.Text)}{LogText.Tail(await LastAsync(logs, crash.Pod, crash.Container.Name, cancellationToken))}";
        return diagnostic with { Message = diagnostic.Message + details };
    }

    /// <summary>The probe that does not pass; null where it is something else that is missing.</summary>
    private SourceLocation? Unready(Manifest manifest) => manifests.PodTemplates.FirstOrDefault(template => ReferenceEquals(template.Manifest, manifest)) is not { } template ? null
        : view.PodsOf(manifest).SelectMany(ContainerStatus.Of).Where(container => container is { Running: true, Ready: false }).Select(container => PodTemplatePlaces.Probe(template, container.Name)).FirstOrDefault(place => place is not null);

    private static Diagnostic Describe(Hopeless.Pod pod, Func<string, string> shown, IReadOnlyDictionary<string, string> hints)
    {
        var (subject, title) = (pod.Subject, pod.Manifest.Title);
        switch (pod.Symptom)
        {
            case PodSymptom.ImagePull pull:
                return Ktr.ImagePull.At(At(subject, template => template.LocateImage(pull.Container)), pull.Container, title, pull.Image, pull.InTries, shown(pull.Message), hints[pull.Image]);
            case PodSymptom.CannotStart { Missing: { } missing } cannot:
                return Ktr.ContainerConfig.At(At(subject, template => PodTemplatePlaces.Locate(template, cannot.Container, missing)), Named(cannot.Container), title,
                    $"{shown(cannot.Message)}. Add it to the kontrakt, or correct the name here.");
            case PodSymptom.CannotStart cannot:
                return Ktr.ContainerConfig.At(At(subject, template => PodTemplatePlaces.Command(template, cannot.Container)), cannot.Container, title, shown(cannot.Message));
            case PodSymptom.Unschedulable unschedulable:
                return Ktr.Unschedulable.At(At(subject, template => PodTemplatePlaces.Scheduling(template, unschedulable.Message)), title, DurationText.Format(pod.Lasted), shown(unschedulable.Message));
            default:
                throw new InvalidOperationException("an unknown symptom");
        }
    }

    private static async Task<string> LogsAsync(TestOutcome.Failed? detail, LogCapture logs, CancellationToken cancellationToken)
    {
        var text = "";
        if (detail is not { Pod.Length: > 0 })
            return text;
        foreach (var (container, read) in detail.Containers.Zip(detail.Logs))
        {
            // What was read when it ended is all there is of a pod that has been deleted since.
            var last = await LastAsync(logs, detail.Pod, container, cancellationToken) is { Count: > 0 } lines ? lines : read;
            text += (detail.Containers.Count > 1 ? $"\n container '{container}'" : "") + LogText.Tail(last);
        }
        return text;
    }

    /// <summary>The last lines of a container's present run, or of the one before where it has written nothing yet.</summary>
    private static async Task<IReadOnlyList<string>?> LastAsync(LogCapture logs, string pod, string container, CancellationToken cancellationToken) =>
        await logs.TailAsync(pod, container, previous: false, cancellationToken) is { Count: > 0 } lines ? lines
            : await logs.TailAsync(pod, container, previous: true, cancellationToken);

    private static async Task<Diagnostic> CrashAsync(PodSubject subject, PodSymptom.CrashLoop crash, LogCapture logs, Redactor redactor, CancellationToken cancellationToken)
    {
        var last = await LastAsync(logs, subject.Pod.Name, crash.Container, cancellationToken);
        var ended = redactor.Redact(PlainText.Clean($"it ended with {crash.Last?.ToString() ?? "an unknown exit code"}"));
        return Ktr.CrashLoop.At(At(subject, template => template.LocateContainer(crash.Container)), crash.Container, subject.Manifest.Title, CountText.Format(crash.Restarts, "restart"), ended + LogText.Tail(last));
    }

    /// <summary>K-64: the build's registry and the cluster's must be one place by one name, or KontraktPullRepository says the other.</summary>
    private static string Named(string container) => container.Length == 0 ? "(all)" : container;

    private string ToRaise(Hopeless.Late late) => late.Test?.Limit == late.Within || late.Within != settings.Timeout ? $"its annotation {KontraktTest.TimeoutAnnotation}" : "KontraktTimeout";

    private static SourceLocation At(PodSubject subject, Func<PodTemplate, SourceLocation> place) => subject.Template is { } template ? place(template) : Place(subject.Manifest);

    private SourceLocation Place(Hopeless.Failed failed) =>
        failed.Detail is { Containers: [var container, ..] } && manifests.PodTemplates.FirstOrDefault(template => ReferenceEquals(template.Manifest, failed.Manifest)) is { } template
            ? template.LocateContainer(container) : Place(failed.Manifest);

    private static SourceLocation Place(Manifest manifest) => manifest.Locate();
}

/// <summary>A failure, and what is reported of it.</summary>
internal sealed record Described(Hopeless Failure, Diagnostic Diagnostic);

/// <summary>Why a wait ends without success. A closed set: match on it.</summary>
internal abstract record Hopeless(Manifest Manifest)
{
    /// <summary>A status that is final by the rules of its kind.</summary>
    /// <param name="Detail">The container it was, of a pod or Job; null of other kinds.</param>
    public sealed record Failed(Manifest Manifest, ReadinessState.Failed State, TestOutcome.Failed? Detail) : Hopeless(Manifest);

    /// <param name="Lasted">How long it had lasted when it became final.</param>
    public sealed record Pod(PodSubject Subject, PodSymptom Symptom, TimeSpan Lasted) : Hopeless(Subject.Manifest);

    /// <param name="Test">The test that did not end; null for an object that did not become ready.</param>
    /// <param name="Within">The limit that it exceeded.</param>
    public sealed record Late(Manifest Manifest, KontraktTest? Test, string State, TimeSpan Within) : Hopeless(Manifest);

    /// <summary>Something that comes after others was never applied, and nothing else that failed says why.</summary>
    /// <param name="Test">The test that it is; null for another object.</param>
    public sealed record NotStarted(Manifest Manifest, KontraktTest? Test, string Why) : Hopeless(Manifest);

    /// <summary>The same trouble in several replicas is one.</summary>
    public string Identity => $"{GetType().Name}/{RuntimeHelpers.GetHashCode(Manifest)}/{Manifest.Title}/{(this as Pod)?.Symptom.Identity}";
}
