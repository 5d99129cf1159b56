using System.Text.Json.Nodes;
using Engine.Tests.Api.Schema;

namespace Engine.Tests.Api.CustomResources;

/// <summary>A definition of the kind Widget, namespaced, with one version unless a test says otherwise.</summary>
internal static class Definition
{
    public const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// <param name="spec">The schema of the field spec, in YAML.</param>
    /// <param name="version">What else the version has, in YAML.</param>
    public static JsonObject Of(string spec, string version = "{}", string group = "example.com", string scope = "Namespaced")
    {
        var item = SampleObjects.Read($$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.{{group}}}
            spec:
              group: {{group}}
              scope: {{scope}}
              names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList, shortNames: [wd], categories: [all]}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {status: {type: object, x-kubernetes-preserve-unknown-fields: true} } } } }
            """);
        var first = item["spec"]!["versions"]![0]!.AsObject();
        first["schema"]!["openAPIV3Schema"]!["properties"]!["spec"] = SampleObjects.Read($"x: {spec}")["x"]!.DeepClone();
        foreach (var (name, value) in SampleObjects.Read(version))
            first[name] = value?.DeepClone();
        return item;
    }

    /// <param name="spec">The field spec, in YAML.</param>
    public static string Widget(string spec, string name = "a", string version = "v1", string group = "example.com") => SampleObjects.Read($$"""
        apiVersion: {{group}}/{{version}}
        kind: Widget
        metadata: {name: {{name}}}
        spec: {{spec}}
        """).ToJsonString();

    public static string Widgets(string version = "v1", string group = "example.com", string space = "ns") => $"/apis/{group}/{version}/namespaces/{space}/widgets";

    public static async Task AddAsync(this ApiHost host, JsonObject definition)
    {
        var answer = await host.PostAsync(Path, definition.ToJsonString());
        Assert.AreEqual(201, answer.Code, answer.Text);
    }
}
