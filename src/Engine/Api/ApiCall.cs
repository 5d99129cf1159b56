using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api;

/// <summary>One request about a kind that the engine has, by a user who may do it.</summary>
internal sealed record ApiCall(HttpContext Http, RequestInfo Info, UserInfo User, ServedKind Served)
{
    private const int LongestManager = 128;

    public ResourceKind Kind => Served.Resource;

    public QueryText Query { get; } = new(Http.Request.Query);

    public CancellationToken Aborted => Http.RequestAborted;

    public ObjectKey Key => new(Kind, Kind.Namespaced ? Info.Namespace : "", Info.Name);

    /// <summary>The form that the answer is to have.</summary>
    /// <exception cref="StatusException">406: the kind has none that is accepted.</exception>
    public AcceptedForm Form => AcceptedForm.Of(Http.Request.Headers.Accept, Served.Schema.HasMessages);

    /// <summary>null for all.</summary>
    public string? ListedNamespace => Kind.Namespaced && Info.Namespace.Length > 0 ? Info.Namespace : null;

    /// <summary>The owner of what the request sets: as it says, or the program that sends it.</summary>
    /// <exception cref="StatusException">422: too long a name, or one that cannot be printed.</exception>
    public string FieldManager(string options)
    {
        var manager = Query.Text("fieldManager");
        if (manager.Length > LongestManager)
            throw OptionValues.Invalid(options, "fieldManager", "FieldValueTooLong", $"Too long: may not be longer than {LongestManager}");
        if (manager.Any(char.IsControl))
            throw OptionValues.Invalid(options, "fieldManager", "FieldValueInvalid", $"Invalid value: \"{manager}\": should only contain printable characters");
        if (manager.Length > 0)
            return manager;
        var agent = Http.Request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        agent = slash < 0 ? agent : agent[..slash];
        return agent.Length == 0 ? "unknown" : agent[..Math.Min(agent.Length, LongestManager)];
    }
}
