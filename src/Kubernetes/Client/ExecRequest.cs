namespace Kontrakt.Kubernetes.Client;

/// <summary>A command to be run in a container.</summary>
/// <param name="Container">Null where the pod has only one.</param>
public sealed record ExecRequest(string Namespace, string Pod, string? Container, IReadOnlyList<string> Command)
{
    /// <summary>
    /// What the command reads; null for nothing. Its end reaches the command from Kubernetes 1.30 on; older servers cannot be informed of it over a WebSocket, so
    /// there input is an error, except with a terminal, which gets Ctrl+D. A read of it may still be waiting when the command has ended.
    /// </summary>
    public Stream? Input { get; init; }
    /// <summary>Where its output goes; null drops it. What is slow here slows the command down.</summary>
    public Stream? Output { get; init; }
    /// <summary>Where its errors go; null drops them. A terminal has none: it writes all to its output.</summary>
    public Stream? Error { get; init; }
    /// <summary>Gives the command a terminal.</summary>
    public bool Terminal { get; init; }
    /// <summary>The sizes of the terminal: now, and as they change.</summary>
    public IAsyncEnumerable<TerminalSize>? Sizes { get; init; }
}

public readonly record struct TerminalSize(int Columns, int Rows);
