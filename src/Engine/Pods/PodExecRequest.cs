namespace Kontrakt.Engine.Pods;

/// <summary>A command to be run in a container that runs.</summary>
/// <param name="Container">null where the pod has only one.</param>
/// <param name="Input">null for none.</param>
public sealed record PodExecRequest(string? Container, IReadOnlyList<string> Command, Stream? Input, Stream Output, Stream Error);
