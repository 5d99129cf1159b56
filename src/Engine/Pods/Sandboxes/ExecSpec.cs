namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A command to be run in a container that runs: in its namespaces, as its user, with its rights and limits.</summary>
public sealed record ExecSpec
{
    public required IReadOnlyList<string> Arguments { get; init; }
    /// <summary>NAME=value, beside the container's own, and instead of those of the same name.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    /// <summary>null for the container's.</summary>
    public string? WorkingDirectory { get; init; }
    /// <summary>null for none. Read until its end or the command's.</summary>
    public Stream? Input { get; init; }
    public Stream Output { get; init; } = Stream.Null;
    public Stream Error { get; init; } = Stream.Null;
}
