using Greeter;
using k8s;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;

// One of its pods works; another takes over when the Lease runs out.
using var stopping = new CancellationTokenSource();
using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stopping.Cancel();
});
var client = new Kubernetes(KubernetesClientConfiguration.InClusterConfig());
var space = await File.ReadAllTextAsync("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
using var elector = new LeaderElector(new(new LeaseLock(client, space, "greeter", Environment.MachineName))
{
    LeaseDuration = TimeSpan.FromSeconds(5),
    RenewDeadline = TimeSpan.FromSeconds(4),
    RetryPeriod = TimeSpan.FromSeconds(1),
});
using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
elector.OnNewLeader += leader => Console.WriteLine($"the leader is {leader}");
elector.OnStoppedLeading += lost.Cancel;
var leading = new TaskCompletionSource();
elector.OnStartedLeading += leading.SetResult;
var electing = elector.RunUntilLeadershipLostAsync(lost.Token);
try
{
    await Task.WhenAny(leading.Task, electing);
    if (leading.Task.IsCompleted)
        await Task.WhenAny(new Controller(client).RunAsync(lost.Token), electing).Unwrap();
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    // As it was asked to.
}
return stopping.IsCancellationRequested ? 0 : 1; // Who has lost the lease begins again.
