using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>Whom a binding gives its role to.</summary>
internal sealed record Subject(string Kind, string Name, string Namespace)
{
    public static Subject From(JsonObject subject) => new(subject["kind"]?.ToString() ?? "", subject["name"]?.ToString() ?? "", subject["namespace"]?.ToString() ?? "");

    /// <param name="bindingNamespace">An account that names no namespace is of the binding's.</param>
    public bool Is(UserInfo user, string bindingNamespace) => Kind switch
    {
        "User" => user.Name == Name,
        "Group" => user.Groups.Contains(Name),
        "ServiceAccount" => AccountNamespace(bindingNamespace) is { Length: > 0 } ns && user.Name == ServiceAccountUser.Name(ns, Name),
        _ => false,
    };

    public string Describe(string bindingNamespace) =>
        $"{Kind} {GoText.Quote(Kind == "ServiceAccount" ? $"{Name}/{AccountNamespace(bindingNamespace)}" : Name)}";

    private string AccountNamespace(string bindingNamespace) => Namespace.Length > 0 ? Namespace : bindingNamespace;
}
