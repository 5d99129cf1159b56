using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Doctor;

/// <summary>Which cluster a run would use and why, whether it answers, and what this user may do there.</summary>
internal sealed class ClusterChecks(Surroundings surroundings)
{
    /// <summary>An engine that has to start first may take this long on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public IEnumerable<Check> All =>
    [
        new("kubeconfig", _ => Task.FromResult(KubeConfigFile())) { Remedy = "correct it, name another one (--kubeconfig FILE), or name one of its contexts (--context NAME)" },
        new("cluster", ClusterAsync) { Limit = Limit, Remedy = "start the cluster, or name another one: kontrakt doctor --context NAME" },
        new("rights", RightsAsync) { Limit = Limit },
        .. OperatingSystem.IsLinux() ? (Check[])[new("engine", EngineAsync) { Limit = Limit, Remedy = "kontrakt engine stop, then: kontrakt engine start" }] : [],
    ];

    /// <summary>That none exists, or that its context is not used, is not a failure: the engine needs none.</summary>
    private Finding KubeConfigFile()
    {
        var where = string.IsNullOrWhiteSpace(surroundings.Settings.KubeConfig) ? "~/.kube/config" : $"'{surroundings.Settings.KubeConfig}'";
        try
        {
            var config = KubeConfig.Load(surroundings.Settings.KubeConfig);
            var seen = config.Contexts.Count == 0 ? $"{where} does not exist, or has no contexts" : $"{where} has {string.Join(", ", config.Contexts.Order(StringComparer.Ordinal).Select(name => $"'{name}'"))}";
            return Finding.Ok($"{seen}; a run would use {surroundings.Cluster.Reason["cluster: ".Length..]}");
        }
        catch (KubeConfigException invalid)
        {
            throw Ktr.KubeConfigInvalid.Error(invalid, null, invalid.Message.TrimEnd('.'));
        }
    }

    private async Task<Finding> ClusterAsync(CancellationToken cancellationToken)
    {
        if (surroundings.IsEmbedded() is null)
            return Finding.NotMade("which cluster would be used is not known");
        var connection = await surroundings.ConnectAsync(cancellationToken);
        // The embedded engine has just answered.
        if (connection.Ended is null)
            await Reachability.CheckAsync(connection, cancellationToken);
        using var client = new ClusterClient(connection, null);
        return Finding.Ok($"'{connection.Name}' answers at {connection.Server}{(await ClusterKind.AskAsync(client, cancellationToken) is { } kind ? $": {kind}" : "")}");
    }

    private async Task<Finding> RightsAsync(CancellationToken cancellationToken)
    {
        if (await surroundings.TryConnectAsync(cancellationToken) is not { } connection)
            return Finding.NotMade("no cluster can be used");
        var needs = await surroundings.NeedsAsync(cancellationToken);
        using var client = new ClusterClient(connection, new ClientOptions { OnRetry = text => surroundings.Log.Report(new RunEvent.Detail(text)) });
        try
        {
            await Preflight.CheckAsync(client, needs.InCluster ? surroundings.Settings : surroundings.Settings with { BuildNamespace = null }, needs.Watched, cancellationToken);
        }
        catch (KontraktException failure)
        {
            return failure.Is(Ktr.ClusterUnreachable, Ktr.EngineGone) ? Finding.NotMade("the cluster does not answer")
                : Finding.Of(failure, failure.Is(Ktr.MissingRights) ? "ask an administrator of the cluster to run: kontrakt rbac | kubectl apply -f -"
                    : failure.Is(Ktr.CredentialsRefused) ? "log in to the cluster again, until this works: kubectl get namespaces"
                    : "correct that setting, and run 'kontrakt doctor' again");
        }
        return Finding.Ok($"{await WhoAmI.AskAsync(client, cancellationToken)} may do everything that a run does there{(needs.Images is null ? "; the kinds of the kontrakts are not known" : "")}");
    }

    private async Task<Finding> EngineAsync(CancellationToken cancellationToken)
    {
        if (surroundings.IsEmbedded() != true)
            return Finding.Ok("a run would not use the embedded engine");
        // Why it does not start is the answer of the check of the cluster.
        if (await surroundings.TryConnectAsync(cancellationToken) is null)
            return Finding.NotMade("the embedded engine does not run");
        var folder = EngineFolder.Find(surroundings.Settings.EngineDirectory);
        if (EngineHandshake.Read(folder) is not { } engine)
            return Finding.Failed($"the engine in '{folder.Path}' ended just now", "kontrakt engine start");
        var seen = $"process {engine.Pid}, version {engine.Version}, in '{folder.Path}'; it ends itself when it is not used";
        return engine.Restrictions.Count == 0 ? Finding.Ok(seen) : Finding.Warning($"{seen}. {string.Join("; ", engine.Restrictions)}", "run as root, or on a cluster, what needs this (docs/engine.md)");
    }
}
