using System.Net;

namespace Kontrakt.Oci.Registry;

public enum RegistryFault
{
    /// <summary>No connection, no name, no answer in time.</summary>
    Unreachable,
    /// <summary>401 or 403: no, or not enough, credentials.</summary>
    Denied,
    NotFound,
    /// <summary>The registry refused what was sent.</summary>
    Rejected,
    /// <summary>Bytes that do not match their digest, or an answer outside the specification.</summary>
    Corrupt,
    /// <summary>A docker config or credential helper that cannot be used.</summary>
    Credentials,
}

/// <summary>A registry operation that failed for good, after retries. Never carries a credential.</summary>
public sealed class RegistryException(RegistryFault fault, string registry, string message, HttpStatusCode? status = null, Exception? inner = null)
    : Exception(message, inner)
{
    public RegistryFault Fault { get; } = fault;
    public string Registry { get; } = registry;
    public HttpStatusCode? Status { get; } = status;
}
