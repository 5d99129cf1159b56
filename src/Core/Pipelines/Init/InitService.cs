using System.Text.Json.Nodes;

namespace Kontrakt.Pipelines.Init;

/// <summary>How a program ends, which decides what it becomes.</summary>
public enum InitRole
{
    /// <summary>It runs until it is stopped: a Deployment.</summary>
    Server,
    /// <summary>It ends, and others wait for that: a Job.</summary>
    Completion,
    /// <summary>It ends, and its exit code is the verdict: a Pod.</summary>
    Test,
}

/// <summary>A program that a first kontrakt runs.</summary>
/// <param name="Name">A name of Kubernetes: also that of its Service.</param>
/// <param name="Image">As it is in the manifest: an image's reference, or the source of one.</param>
/// <param name="IsBuilt">Whether the image is made from sources here, so that it is what the kontrakt is about.</param>
public sealed record InitService(string Name, string Image, bool IsBuilt, InitRole Role)
{
    public IReadOnlyList<string> Command { get; init; } = [];
    public IReadOnlyList<string> Arguments { get; init; } = [];
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];
    /// <summary>Ports of the container, which others reach under the service's name.</summary>
    public IReadOnlyList<(int Port, string Protocol)> Ports { get; init; } = [];
    /// <summary>Empty folders that the container gets, and whether they are in memory.</summary>
    public IReadOnlyList<(string Path, bool InMemory)> Folders { get; init; } = [];
    /// <summary>A readinessProbe.</summary>
    public JsonObject? Probe { get; init; }
    public string? WorkingDirectory { get; init; }
    public (long User, long? Group)? User { get; init; }
    /// <summary>What has to be ready, or to have ended well, before it starts: kind/name.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
    public int Replicas { get; init; } = 1;
}
