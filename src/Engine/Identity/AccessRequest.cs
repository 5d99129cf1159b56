namespace Kontrakt.Engine.Identity;

/// <summary>What somebody wants to do, as RBAC sees it.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; of a path, the HTTP method in lower case.</param>
/// <param name="Subresource">"log" of "pods/log"; "" for none.</param>
/// <param name="Namespace">"" for the whole cluster. A request about one Namespace has that one's name here as well.</param>
/// <param name="Name">"" for all.</param>
/// <param name="NonResourcePath">Null for resources; else everything but the verb is without meaning.</param>
public sealed record AccessRequest(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string? NonResourcePath = null)
{
    public static AccessRequest OfPath(string verb, string path) => new(verb, "", "", "", "", "", path);

    /// <summary>As RBAC rules name it: "pods/log".</summary>
    public string QualifiedResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}
