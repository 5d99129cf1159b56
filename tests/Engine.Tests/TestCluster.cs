using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Engine.Tests;

/// <summary>Objects under the rules that the engine has, and no others: what a test writes is filled in, admitted and validated.</summary>
internal static class TestCluster
{
    /// <summary>May do everything, and is checked as every client is.</summary>
    public static UserInfo Tester { get; } = new("tester", "", ["system:masters"]);

    /// <param name="more">Rules beside those of the engine.</param>
    public static ClusterObjects Empty(ObjectStore store, TimeProvider? time = null, params IReadOnlyList<WriteRule> more) =>
        new(store, [.. ClusterRules.For(store, new(store)), .. more], time ?? TimeProvider.System);

    /// <summary>With a namespace "ns" in which pods can be made.</summary>
    public static ClusterObjects WithNamespace(TimeProvider? time = null)
    {
        var objects = Empty(new(), time);
        AddNamespace(objects, "ns");
        return objects;
    }

    /// <summary>A namespace with the account that its pods have.</summary>
    public static void AddNamespace(ClusterObjects objects, string name)
    {
        Ensure(objects, Kinds.Namespace, "", Kinds.Namespace.New(name));
        Ensure(objects, Kinds.ServiceAccount, name, Kinds.ServiceAccount.New("default"));
    }

    private static void Ensure(ClusterObjects objects, ResourceKind kind, string inNamespace, JsonObject item)
    {
        try
        {
            objects.Create(kind, inNamespace, item);
        }
        catch (StatusException e) when (e.Reason == "AlreadyExists")
        {
            // A controller was quicker.
        }
    }
}
