using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>
/// Which cluster: the context that was named (KontraktKubeContext); else, in a pod, the cluster it runs in, unless KUBECONFIG points elsewhere;
/// else the kubeconfig's current context if it is plainly local (see <see cref="LocalCluster"/>); else the embedded engine. KUBECONFIG says where
/// to look, not which context to use: nobody's shell may make a build deploy to production.
/// </summary>
public static class ClusterChoice
{
    /// <exception cref="KontraktException">A kubeconfig that cannot be used (KTR3003).</exception>
    public static ClusterDecision Choose(KontraktSettings settings) => Choose(settings, KubeConfig.InCluster);

    /// <param name="ownCluster">The cluster of the pod this process runs in; null outside of one.</param>
    internal static ClusterDecision Choose(KontraktSettings settings, Func<ClusterConnection?> ownCluster)
    {
        try
        {
            return string.IsNullOrWhiteSpace(settings.KubeContext) ? Unnamed(settings, ownCluster) : Named(settings, settings.KubeContext.Trim(), ownCluster);
        }
        catch (KubeConfigException e)
        {
            throw Ktr.KubeConfigInvalid.Error(e, null, e.Message.TrimEnd('.'));
        }
    }

    private static ClusterDecision Named(KontraktSettings settings, string context, Func<ClusterConnection?> ownCluster)
    {
        const string why = "named by KontraktKubeContext";
        var config = KubeConfig.Load(settings.KubeConfig);
        if (config.Contexts.Contains(context, StringComparer.Ordinal))
            return new(config.Connect(context), why);
        if (ownCluster() is { } own && own.Name == context)
            return new(own, why);
        if (context == EngineHandshake.Context)
            return new(null, why);
        throw Ktr.KubeConfigInvalid.Error(null, $"it has no context '{context}'; {Known(config)}");
    }

    private static ClusterDecision Unnamed(KontraktSettings settings, Func<ClusterConnection?> ownCluster)
    {
        if (string.IsNullOrWhiteSpace(settings.KubeConfig) && ownCluster() is { } own)
            return new(own, "the cluster of this pod");
        var config = KubeConfig.Load(settings.KubeConfig);
        if (string.IsNullOrEmpty(config.CurrentContext))
            return new(null, config.Contexts.Count == 0
                ? $"{Where(settings)} names no cluster"
                : $"{Where(settings)} has no current context, only {List(config)}, and KontraktKubeContext names none");
        var connection = config.Connect(null);
        return LocalCluster.WhyNot(connection) is { } reason
            ? new(null, $"the current context '{connection.Name}' leads to {connection.Server}, {reason}, and KontraktKubeContext does not name it")
            : new(connection, $"the current context of {Where(settings)}, which is this machine's own");
    }

    private static string Where(KontraktSettings settings) =>
        string.IsNullOrWhiteSpace(settings.KubeConfig) ? "the kubeconfig (~/.kube/config)" : $"the kubeconfig '{settings.KubeConfig}'";

    private static string Known(KubeConfig config) => config.Contexts.Count == 0 ? "it has none at all" : $"those it has: {List(config)}";

    private static string List(KubeConfig config) => string.Join(", ", config.Contexts.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));
}

/// <summary>Which cluster a run uses.</summary>
/// <param name="Connection">null: the embedded engine.</param>
/// <param name="Why">The end of a sentence that begins with the cluster.</param>
public sealed record ClusterDecision(ClusterConnection? Connection, string Why);
