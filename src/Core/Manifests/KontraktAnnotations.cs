using Kontrakt.Settings;

namespace Kontrakt.Manifests;

/// <summary>The annotations of a kontrakt's objects and pod templates. Any other that begins with kontrakt/ is an error.</summary>
public static class KontraktAnnotations
{
    public const string Prefix = "kontrakt/";

    /// <summary>How long a test may take, an object to become ready, or an assertion to hold, within the kontrakt's budget: a duration such as 90s.</summary>
    public const string Timeout = "kontrakt/timeout";

    /// <summary>On a test pod: the containers whose exit decides, by name with commas between; all others may run on or fail.</summary>
    public const string Container = "kontrakt/container";

    /// <summary>"never" (or "false"): the kontrakt's verdict is never kept for later runs. "true", on every test pod: it is kept although manifests name hosts outside.</summary>
    public const string Cache = "kontrakt/cache";

    /// <summary>"false": the object is applied, and nothing waits for it.</summary>
    public const string Wait = "kontrakt/wait";

    /// <summary>What must be ready, or have passed, before the object is applied: "ready" for everything without this annotation, or names with commas between.</summary>
    public const string After = "kontrakt/after";

    public static IReadOnlyList<string> Known { get; } = [Timeout, Container, Cache, Wait, After];

    /// <summary>Those that are on an assertion, and speak of it and not of the object.</summary>
    public static IReadOnlyList<string> OfAssertions { get; } = [Timeout];

    /// <summary>The values of an annotation that has few; null: any text of its form.</summary>
    internal static IReadOnlyList<string>? Values(string name) => name switch
    {
        Wait => ["true", "false"],
        Cache => ["never", "true", "false"],
        _ => null,
    };

    /// <summary>Why a known annotation cannot have this value; null when it can.</summary>
    internal static string? Problem(string name, string value) => name switch
    {
        Timeout when !Durations.TryParse(value, out _, out var problem) => problem,
        Timeout when Durations.Parse(value) == TimeSpan.Zero => "it leaves no time; write a duration such as 90s",
        Wait when Values(name)?.Contains(value) == false => "write \"true\" or \"false\", in quotes",
        Cache when Values(name)?.Contains(value) == false => "write \"never\" or \"true\", in quotes",
        Container when value.Split(',').Any(container => !DnsNames.IsLabel(container.Trim())) => "write container names with commas between",
        After when value.Split(',').Any(name => name.Trim().Length == 0) => "write \"ready\", or names of objects with commas between, such as db or job/migrate",
        _ => null,
    };
}
