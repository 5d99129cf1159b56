namespace Kontrakt.Git;

/// <summary>Git cannot say what it was asked for; the message says why, for the end of a sentence.</summary>
internal sealed class GitException(string message, Exception? inner = null) : Exception(message, inner);
