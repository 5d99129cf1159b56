namespace StandInExecutor;

/// <summary>The arguments, by the names that Kaniko's executor has for them; any other one is refused, as it does.</summary>
internal sealed class Options
{
    private static readonly string[] Known =
    [
        "build-arg", "cache", "cache-repo", "context", "custom-platform", "destination", "digest-file", "dockerfile", "force", "ignore-var-run", "insecure-registry", "label",
        "registry-map", "registry-mirror", "secret", "skip-unused-stages", "target", "verbosity",
    ];

    private readonly List<(string Name, string Value)> _given = [];

    /// <exception cref="FormatException">An argument that is none of Kaniko's.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        foreach (var argument in arguments)
        {
            var parts = argument.TrimStart('-').Split('=', 2);
            if (!argument.StartsWith("--", StringComparison.Ordinal) || !Known.Contains(parts[0]))
                throw new FormatException($"unknown flag: {argument}");
            options._given.Add((parts[0], parts.Length > 1 ? parts[1] : "true"));
        }
        return options;
    }

    /// <exception cref="FormatException">There is none, or more than one.</exception>
    public string One(string name) => All(name) is [var only] ? only : throw new FormatException($"--{name} is wanted once");

    public IReadOnlyList<string> All(string name) => [.. _given.Where(option => option.Name == name).Select(option => option.Value)];
}
