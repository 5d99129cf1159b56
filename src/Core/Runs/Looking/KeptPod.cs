using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs.Looking;

/// <summary>A pod that is looked into: the one that was named, or one that a Service selects or a workload made.</summary>
internal sealed class KeptPod
{
    private const string Deleted = "it was deleted";
    private const string DefaultContainer = "kubectl.kubernetes.io/default-container";

    private readonly KeptKontrakt _kontrakt;

    private KeptPod(KeptKontrakt kontrakt, KubernetesObject pod) => (_kontrakt, Object) = (kontrakt, pod);

    public KubernetesObject Object { get; }

    /// <summary>"orders/pod/web-1".</summary>
    public string Title => $"{_kontrakt.Name}/{Object}";

    public ClusterClient Client => _kontrakt.Client;

    public string Namespace => _kontrakt.Namespace;

    /// <summary>Init containers first.</summary>
    public IReadOnlyList<string> Containers => [.. Names("initContainers"), .. Names("containers"), .. Names("ephemeralContainers")];

    /// <summary>A ready pod first, then one that runs, then the newest.</summary>
    /// <exception cref="KontraktException">KTR3042: it has no pod.</exception>
    public static async Task<KeptPod> OfAsync(KeptObject item, IRunLog log, CancellationToken cancellationToken)
    {
        var pods = (await item.Kontrakt.PodsOfAsync(item.Object, cancellationToken))
            .OrderByDescending(IsReady).ThenByDescending(pod => pod.Text("status", "phase") == "Running").ThenByDescending(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ToList();
        if (pods.Count == 0)
            throw Ktr.PodNotRunning.Error(null, item.Title, "it has no pod");
        var pod = new KeptPod(item.Kontrakt, pods[0]);
        if (pods.Count > 1)
            log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"{item.Title} has {pods.Count} pods; this is {pod.Title}")));
        return pod;
    }

    public static bool IsReady(KubernetesObject pod) => (string?)pod.Condition("Ready")?["status"] == "True" && pod.Text("metadata", "deletionTimestamp").Length == 0;

    /// <summary>The container of this name; without one, what the pod's annotation says, else its first, which is then reported.</summary>
    /// <exception cref="KontraktException">KTR1201: there is none of this name.</exception>
    public string Container(string? name, IRunLog log)
    {
        if (name is null)
        {
            var main = Names("containers");
            var first = Object.Annotations.GetValueOrDefault(DefaultContainer) is { } chosen && Containers.Contains(chosen, StringComparer.Ordinal) ? chosen : main[0];
            if (Containers.Count > 1)
                log.Report(new RunEvent.Progress($"{Title} has several containers; this is {first} (--container names one: {string.Join(", ", Containers)})"));
            return first;
        }
        var nearest = NearestName.Of(name, Containers);
        return Containers.Contains(name, StringComparer.Ordinal) ? name
            : throw Ktr.ContainerUnknown.Error(null, Title, name, nearest is null ? "" : $" (did you mean '{nearest}'?)", string.Join(", ", Containers));
    }

    /// <summary>The lines of a log, redacted; one that is followed, to the end of the container's run.</summary>
    /// <exception cref="KontraktException">KTR3041: there is no such log.</exception>
    public async IAsyncEnumerable<string> ReadLogAsync(LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options is { Follow: true, Previous: false })
        {
            await using var lines = new LogFollowing(Client, Object, options.Container, _kontrakt.RedactorAsync).ReadAsync(options.TailLines, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await TryAsync(() => lines.MoveNextAsync().AsTask(), options, cancellationToken))
                yield return lines.Current;
            yield break;
        }
        await using var stream = await TryAsync(() => Client.OpenLogAsync(Namespace, Object.Name, options, cancellationToken), options, cancellationToken);
        // What it has now shows no secret that is made later.
        var redactor = await _kontrakt.RedactorAsync(cancellationToken);
        await foreach (var line in LogReader.ReadAsync(stream, redactor, cancellationToken))
            yield return line;
    }

    /// <summary>How the pod is by now, in words; also where it is gone, or its account with the whole namespace.</summary>
    public async Task<string> StateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Client.FindAsync(new(ApiResource.Pods, Namespace, Object.Name), cancellationToken) is { } now && now.Uid == Object.Uid ? await ShowAsync(PodText.State(now), cancellationToken) : Deleted;
        }
        catch (KubernetesException e) when (IsOfDeletedAccount(e))
        {
            return Deleted;
        }
    }

    /// <summary>Whether it is refused since the account of the kontrakt no longer exists.</summary>
    public static bool IsOfDeletedAccount(KubernetesException e) => e.Code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    public async Task<string> ShowAsync(string text, CancellationToken cancellationToken) => (await _kontrakt.RedactorAsync(cancellationToken)).Redact(PlainText.Clean(text.ReplaceLineEndings(" ")));

    private async Task<T> TryAsync<T>(Func<Task<T>> read, LogOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            throw Ktr.NoLog.Error(e, null, options.Container, Title, options.Previous ? " of a run before this one" : "", await StateAsync(cancellationToken));
        }
    }

    private IReadOnlyList<string> Names(string field) => [.. Object.Items("spec", field).Select(each => each["name"]?.ToString() ?? "")];
}
