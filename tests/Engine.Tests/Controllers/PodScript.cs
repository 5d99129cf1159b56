using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>Plays the node: gives each new pod the status that a script says, and ends those that are told to. No container runs.</summary>
internal sealed class PodScript : IAsyncDisposable
{
    private readonly RunningControllers cluster;
    private readonly Func<KubernetesObject, string> script;
    private readonly CancellationTokenSource end = new();
    private readonly Task running;

    /// <param name="script">Of each new pod: Ready, NotReady, Succeeded, Failed, or "" to leave it alone.</param>
    public PodScript(RunningControllers cluster, Func<KubernetesObject, string> script)
    {
        (this.cluster, this.script) = (cluster, script);
        running = Task.Run(RunAsync);
    }

    public static void Set(RunningControllers cluster, ObjectKey pod, string state, int exitCode = 1) =>
        cluster.Objects.UpdateStatus(pod, item => item["status"] = Status(cluster, item, state, exitCode));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        end.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var change in cluster.Store.WatchAsync(Kinds.Pod, null, 0, end.Token))
        {
            try
            {
                if (change.Type == ChangeType.Added && script(change.Object.View) is { Length: > 0 } state)
                {
                    cluster.Objects.Update(change.Object.Key, pod => pod["spec"]!["nodeName"] = "kontrakt");
                    Set(cluster, change.Object.Key, state);
                }
                else if (change.Type == ChangeType.Modified && change.Object.IsBeingDeleted && change.Previous is { IsBeingDeleted: false })
                {
                    cluster.Objects.Delete(change.Object.Key, new(GracePeriodSeconds: 0, Uid: change.Object.View.Uid));
                }
            }
            catch (StatusException e) when (e.Code is 404 or 409)
            {
                // Deleted meanwhile.
            }
        }
    }

    private static JsonObject Status(RunningControllers cluster, JsonObject pod, string state, int exitCode)
    {
        var now = cluster.Objects.Timestamp();
        var phase = state is "Ready" or "NotReady" ? "Running" : state;
        var code = state == "Failed" ? exitCode : 0;
        var container = ((JsonArray)pod["spec"]!["containers"]!)[0]!["name"]!.ToString();
        var containerState = phase == "Running" ? $"{{running: {{startedAt: '{now}'}}}}" : $"{{terminated: {{exitCode: {code}, finishedAt: '{now}'}}}}";
        return RunningControllers.Parse($$"""
            {phase: {{phase}}, podIP: 10.244.1.1, startTime: '{{now}}', conditions: [{type: Ready, status: '{{state == "Ready"}}', lastTransitionTime: '{{now}}'}],
             containerStatuses: [{name: {{container}}, restartCount: 0, ready: {{(state == "Ready" ? "true" : "false")}}, state: {{containerState}}}]}
            """);
    }
}
