using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>How the client behaves towards a slow or failing server.</summary>
public sealed record ClientOptions
{
    /// <summary>How long one request keeps retrying transient failures (429, 5xx, connection) with back-off.</summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>How long one attempt may take; watches and followed logs have no such limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>Called for each retry, with a sentence.</summary>
    public Action<string>? OnRetry { get; init; }
    /// <summary>Impersonated user (Impersonate-User), or null.</summary>
    public string? ImpersonateUser { get; init; }
    public IReadOnlyList<string> ImpersonateGroups { get; init; } = [];
    public string UserAgent { get; init; } = "kontrakt";
}

public sealed record ListOptions(string? Namespace)
{
    public string? LabelSelector { get; init; }
    public string? FieldSelector { get; init; }
    /// <summary>Objects asked for at a time.</summary>
    public int PageSize { get; init; } = 500;
}

public sealed record ApplyOptions(string FieldManager)
{
    public bool Force { get; init; } = true;
    /// <summary>fieldValidation=Strict; a server older than 1.25 ignores it (see <see cref="ServerVersion"/>).</summary>
    public bool Strict { get; init; } = true;
    public bool DryRun { get; init; }
}

/// <summary>What an apply returned, with the server's Warning headers.</summary>
public sealed record ApplyResult(KubernetesObject Object, IReadOnlyList<string> Warnings);

public sealed record DeleteOptions
{
    public Propagation Propagation { get; init; } = Propagation.Background;
    public int? GracePeriodSeconds { get; init; }
    /// <summary>Preconditions: delete only this very object.</summary>
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
}

public enum WatchEventType { Added, Modified, Deleted, /** <summary>The first list is complete; Object is null.</summary> */ Synced }

public sealed record WatchEvent(WatchEventType Type, KubernetesObject? Object);

public sealed record LogOptions(string Container)
{
    public bool Follow { get; init; }
    public bool Previous { get; init; }
    public bool Timestamps { get; init; }
    public int? TailLines { get; init; }
    /// <summary>Whole seconds, as Kubernetes takes it: lines of the same second come as well.</summary>
    public DateTimeOffset? SinceTime { get; init; }
    public long? LimitBytes { get; init; }
}

/// <summary>One question to the access reviews: may I do this?</summary>
public sealed record AccessQuestion(string Verb, string Group, string Resource, string? Namespace = null, string? Name = null, string? Subresource = null);

public sealed record AccessAnswer(AccessQuestion Question, bool Allowed, string Reason);

public sealed record ServiceAccountToken(string Value, DateTimeOffset Expires) { public override string ToString() => "service account token"; }

public sealed record ServerVersion(int Major, int Minor, string GitVersion)
{
    /// <summary>What its control plane runs on, such as linux/amd64; empty where it does not say.</summary>
    public string Platform { get; init; } = "";

    /// <summary>Strict field validation on the server: beta and on by default from 1.25 (KEP-2885).</summary>
    public bool HasFieldValidation => Major > 1 || Minor >= 25;
}
