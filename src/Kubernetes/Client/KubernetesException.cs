using System.Net;

namespace Kontrakt.Kubernetes.Client;

/// <summary>One cause of a server's refusal: the field it is about and what is wrong with it.</summary>
public sealed record StatusCause(string Reason, string Field, string Message);

/// <summary>A request the API server refused, with its Status; or one that never got an answer (<see cref="IsConnectionFailure"/>).</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>The reason of failures of a credential plugin or a token file, which never reach the server; their code is 401.</summary>
    public const string CredentialReason = "Credential";

    public KubernetesException(string message, HttpStatusCode? code, string reason, IReadOnlyList<StatusCause> causes, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner) => (Code, Reason, Causes, RetryAfter) = (code, reason, causes, retryAfter);

    /// <summary>The HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Code { get; }
    /// <summary>The Status reason, such as NotFound, AlreadyExists, Conflict, Forbidden, Invalid; "" where the server gave none.</summary>
    public string Reason { get; }
    public IReadOnlyList<StatusCause> Causes { get; }
    public TimeSpan? RetryAfter { get; }

    public bool IsConnectionFailure => Code is null;
    public bool IsNotFound => Code == HttpStatusCode.NotFound;
    /// <summary>TLS failed for good: the server's certificate is not one that the connection trusts. A connection failure that no retry fixes.</summary>
    public bool IsTrustFailure { get; internal init; }
    /// <summary>Worth another try: no answer, 429, a 5xx, or a Status that says so.</summary>
    public bool IsTransient => !IsTrustFailure && (RetryAfter is not null || Code is null || (int)Code is 429 or (>= 500 and not 501));

    /// <summary>No part of the request reached the server, so it cannot have taken effect.</summary>
    internal bool NeverSent { get; init; }
    /// <summary>Status.metadata.continue: where a 410 says that an expired list may go on.</summary>
    internal string? Continue { get; init; }
}
