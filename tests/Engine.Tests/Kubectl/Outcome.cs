namespace Engine.Tests.Kubectl;

/// <param name="Text">What is compared.</param>
/// <param name="Output">All that was written.</param>
internal sealed record Outcome(int ExitCode, string Text, string Output);
