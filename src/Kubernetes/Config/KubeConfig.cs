namespace Kontrakt.Kubernetes.Config;

/// <summary>One or more kubeconfig files, merged as kubectl merges them: the first file that sets a name wins.</summary>
public sealed class KubeConfig
{
    private readonly IReadOnlyList<string> paths;
    private readonly Dictionary<string, KubeConfigEntry> contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigEntry> clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigEntry> users = new(StringComparer.Ordinal);

    private KubeConfig(IReadOnlyList<string> paths) => this.paths = paths;

    public string? CurrentContext { get; private set; }
    public IReadOnlyList<string> Contexts => [.. contexts.Keys];

    /// <summary>Reads the files of a KUBECONFIG value (separated by the platform's path separator); null or empty means ~/.kube/config. Missing files are skipped as kubectl does.</summary>
    /// <exception cref="KubeConfigException">A file is unreadable or not a kubeconfig.</exception>
    public static KubeConfig Load(string? kubeconfig)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var paths = string.IsNullOrEmpty(kubeconfig)
            ? [Path.Combine(home, ".kube", "config")]
            : kubeconfig.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Load([.. paths.Distinct(StringComparer.Ordinal).Select(Path.GetFullPath)]);
    }

    /// <summary>Reads one file, whose name may have the platform's path separator in it.</summary>
    /// <exception cref="KubeConfigException">It is unreadable or not a kubeconfig.</exception>
    public static KubeConfig LoadFile(string path) => Load([Path.GetFullPath(path)]);

    private static KubeConfig Load(IReadOnlyList<string> paths)
    {
        var config = new KubeConfig(paths);
        foreach (var path in paths)
            if (KubeConfigFile.Read(path) is { } file)
                config.Merge(file);
        return config;
    }

    /// <summary>The connection of a context; the current one for null.</summary>
    /// <exception cref="KubeConfigException">There is no such context, or it names a missing cluster or user.</exception>
    public ClusterConnection Connect(string? context)
    {
        var name = context ?? CurrentContext
            ?? throw new KubeConfigException($"{Where}: no current-context is set; name a context ({Known(contexts)})");
        if (!contexts.TryGetValue(name, out var entry))
            throw new KubeConfigException($"{Where}: there is no context '{name}'; {Known(contexts)}");
        var cluster = Referred(entry, "cluster", clusters);
        var user = entry.Text("user") is null ? null : Referred(entry, "user", users);
        return KubeConfigConnection.Make(name, entry, cluster, user);
    }

    /// <summary>The connection of the pod this process runs in; null when it runs in none.</summary>
    /// <exception cref="KubeConfigException">The service account's files exist but cannot be read.</exception>
    public static ClusterConnection? InCluster() => InClusterConfig.Read(
        "/var/run/secrets/kubernetes.io/serviceaccount",
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"));

    private string Where => string.Join(Path.PathSeparator, paths);

    private void Merge(KubeConfigFile file)
    {
        CurrentContext ??= file.CurrentContext;
        foreach (var (from, into) in new[] { (file.Contexts, contexts), (file.Clusters, clusters), (file.Users, users) })
            foreach (var entry in from)
                into.TryAdd(entry.Name, entry);
    }

    private KubeConfigEntry Referred(KubeConfigEntry context, string section, Dictionary<string, KubeConfigEntry> entries)
    {
        var name = context.Text(section)
            ?? throw context.Error($"context '{context.Name}' names no {section}");
        return entries.TryGetValue(name, out var entry)
            ? entry
            : throw context.Error($"context '{context.Name}' names {section} '{name}', which {Where} does not define", section);
    }

    private static string Known(Dictionary<string, KubeConfigEntry> entries) =>
        entries.Count == 0 ? "no file defines any context" : "known: " + string.Join(", ", entries.Keys);
}
