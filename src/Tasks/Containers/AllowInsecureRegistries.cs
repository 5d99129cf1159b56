namespace Kontrakt.Tasks.Containers;

/// <summary>
/// Tells the SDK's container tasks which registries speak plain HTTP. They read that from an environment variable alone,
/// so this task, unlike all others, writes to the environment: it is not marked as safe to run beside others in one process.
/// </summary>
public sealed class AllowInsecureRegistries : Microsoft.Build.Utilities.Task
{
    private const string Variable = "DOTNET_CONTAINER_INSECURE_REGISTRIES";

    public string[] Registries { get; set; } = [];

    public override bool Execute()
    {
        var known = Environment.GetEnvironmentVariable(Variable)?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var all = known.Union(Registries, StringComparer.OrdinalIgnoreCase).ToList();
        if (all.Count > known.Length)
            Environment.SetEnvironmentVariable(Variable, string.Join(';', all));
        return true;
    }
}
