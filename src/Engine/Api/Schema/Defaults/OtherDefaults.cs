using System.Text;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Defaults;

internal static class OtherDefaults
{
    private const string Rbac = "rbac.authorization.k8s.io";

    /// <summary>stringData is only a way to write data.</summary>
    public static void Secret(JsonObject value)
    {
        value.Default("type", "Opaque");
        if (value.Map("stringData") is { } plain)
            foreach (var (key, text) in plain)
                value.Always("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text?.ToString() ?? ""));
        value.Remove("stringData");
    }

    public static void Binding(JsonObject value)
    {
        value.Map("roleRef")?.Default("apiGroup", Rbac);
        foreach (var subject in value.Each("subjects"))
            if (subject.Text("kind") is "User" or "Group")
                subject.Default("apiGroup", Rbac);
    }

    public static void Namespace(JsonObject value)
    {
        if (value.Map("metadata") is { } metadata && metadata.Text("name") is { Length: > 0 } name)
            metadata.Always("labels")["kubernetes.io/metadata.name"] = name;
    }

    public static void NewNamespace(JsonObject value)
    {
        value.Always("spec")["finalizers"] = new JsonArray("kubernetes");
        value["status"] = new JsonObject { ["phase"] = "Active" };
    }
}
