namespace Kontrakt.Engine.Pods.Native;

/// <summary>An exit code; 128 + the signal that ended it.</summary>
internal readonly record struct ProcessEnd(int ExitCode, int? Signal);
