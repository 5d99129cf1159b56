namespace StandInExecutor;

/// <summary>A build that fails as Kaniko's do; the message is the rest of its "error building image: ".</summary>
internal sealed class BuildException(string message) : Exception(message);
