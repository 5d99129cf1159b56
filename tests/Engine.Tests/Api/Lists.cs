using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api;

/// <summary>Lists give what is asked for, page by page, and all pages are of one moment.</summary>
[TestClass]
public sealed class Lists
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    [TestMethod]
    [DataRow("app=a", "a")]
    [DataRow("app==a", "a")]
    [DataRow("app!=a", "b,c,none")]
    [DataRow("app in (a, b)", "a,b")]
    [DataRow("app notin (a,b),app", "c")]
    [DataRow("!app", "none")]
    [DataRow("app", "a,b,c")]
    [DataRow("example.com/n>1", "b,c")]
    [DataRow("example.com/n<3,app!=a", "b")]
    [DataRow("app=", "")]
    public async Task LabelsSelect(string selector, string expected)
    {
        await using var host = await WithMapsAsync();

        var answer = await host.GetAsync($"{Maps}?labelSelector={Uri.EscapeDataString(selector)}");

        Assert.AreEqual(expected, Names(answer), answer.Text);
    }

    [TestMethod]
    [DataRow("labelSelector=a==b==c", "found '==', expected: ',' or 'end of string'")]
    [DataRow("labelSelector=a+in+b", "unable to parse requirement: found 'b' expected: '('")]
    [DataRow("labelSelector=-a", "unable to parse requirement: '-a' is not the name of a label")]
    [DataRow("labelSelector=a=b,", "found '', expected: identifier after ','")]
    [DataRow("labelSelector=a+in+(b", "unable to parse requirement: found '', expected: ',' or ')'")]
    [DataRow("fieldSelector=foo%3Dbar", "\"foo\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    [DataRow("fieldSelector=foo", "invalid selector: 'foo'; can't understand 'foo'")]
    [DataRow("limit=abc", "strconv.ParseInt: parsing \"abc\": invalid syntax")]
    [DataRow("continue=abc", "invalid continue token: continue key is not valid")]
    [DataRow("continue=%2F%2F", "invalid continue token: continue key is not valid")]
    [DataRow("resourceVersion=abc", "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax")]
    public async Task WhatIsNotUnderstoodIsABadRequest(string query, string message)
    {
        await using var host = await WithMapsAsync();

        var answer = await host.GetAsync($"{Maps}?{query}");

        Assert.AreEqual((400, message), (answer.Code, answer.Message));
    }

    [TestMethod]
    [DataRow("metadata.name=b", "b")]
    [DataRow("metadata.name!=b,metadata.namespace=ns", "a,c,none")]
    [DataRow("metadata.namespace=other", "")]
    public async Task FieldsSelect(string selector, string expected)
    {
        await using var host = await WithMapsAsync();

        Assert.AreEqual(expected, Names(await host.GetAsync($"{Maps}?fieldSelector={Uri.EscapeDataString(selector)}")));
    }

    [TestMethod]
    [DataRow("status.phase=Running", "p")]
    [DataRow("status.phase!=Running,spec.nodeName=", "q")]
    [DataRow("spec.nodeName=kontrakt,spec.hostNetwork=false", "p")]
    public async Task PodsAreSelectedByWhatTheyDo(string selector, string expected)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var (name, node) in new[] { ("p", "kontrakt"), ("q", "") })
            host.Objects.Create(Kinds.Pod, "ns", new()
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = new JsonObject { ["nodeName"] = node, ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
            });
        host.Objects.UpdateStatus(new(Kinds.Pod, "ns", "p"), pod => pod["status"] = new JsonObject { ["phase"] = "Running" });

        var answer = await host.GetAsync($"/api/v1/pods?fieldSelector={Uri.EscapeDataString(selector)}");

        Assert.AreEqual(expected, Names(answer), answer.Text);
        Assert.AreEqual("field label not supported: foo", (await host.GetAsync("/api/v1/pods?fieldSelector=foo%3D1")).Message);
    }

    [TestMethod]
    public async Task AllPagesAreOfTheMomentOfTheFirst()
    {
        await using var host = await WithMapsAsync();

        var first = await host.GetAsync($"{Maps}?limit=2");
        host.Objects.Delete(new(Kinds.ConfigMap, "ns", "c"), new());
        host.Objects.Create(Kinds.ConfigMap, "ns", Map("zz", null));
        var second = await host.GetAsync($"{Maps}?limit=2&continue={first.Json["metadata"]!["continue"]}");

        Assert.AreEqual(("a,b", "c,none"), (Names(first), Names(second)));
        Assert.AreEqual(2, (int)first.Json["metadata"]!["remainingItemCount"]!);
        Assert.AreEqual((string?)first.Json["metadata"]!["resourceVersion"], (string?)second.Json["metadata"]!["resourceVersion"]);
        Assert.IsNull(second.Json["metadata"]!["continue"]);
    }

    [TestMethod]
    public async Task APageOfAForgottenMomentSaysWhereToGoOn()
    {
        await using var host = await WithMapsAsync(history: 4);
        var first = await host.GetAsync($"{Maps}?limit=2");
        for (var i = 0; i < 5; i++)
            host.Objects.Create(Kinds.ConfigMap, "ns", Map($"z{i}", null));

        var late = await host.GetAsync($"{Maps}?limit=2&continue={first.Json["metadata"]!["continue"]}");
        var rest = await host.GetAsync($"{Maps}?continue={late.Json["metadata"]!["continue"]}");

        Assert.AreEqual((410, "Expired"), (late.Code, late.Reason));
        Assert.AreEqual("c,none,z0,z1,z2,z3,z4", Names(rest));
    }

    [TestMethod]
    public async Task ARevisionThatIsYetToComeIsNotWaitedFor()
    {
        await using var host = await WithMapsAsync();

        var answer = await host.GetAsync($"{Maps}?resourceVersion=99999999");

        Assert.AreEqual((504, "Timeout"), (answer.Code, answer.Reason));
        StringAssert.StartsWith(answer.Message, "Timeout: Too large resource version: 99999999, current: ");
    }

    [TestMethod]
    public async Task AListOfOneNameIsARightOfThatName()
    {
        await using var host = await WithMapsAsync();
        var token = host.TokenOfAccount("bot");
        host.Objects.Create(Kinds.Role, "ns", Role("""[{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"],"verbs":["list"]}]"""));
        host.Objects.Create(Kinds.RoleBinding, "ns", new()
        {
            ["metadata"] = new JsonObject { ["name"] = "r" },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = "r" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "bot", ["namespace"] = "ns" }),
        });

        Assert.AreEqual("a", Names(await host.SendAsync(HttpMethod.Get, $"{Maps}?fieldSelector=metadata.name%3Da", token: token)));
        Assert.AreEqual(403, (await host.SendAsync(HttpMethod.Get, Maps, token: token)).Code);
    }

    [TestMethod]
    [DataRow("application/json;as=Table;v=v1;g=meta.k8s.io", "meta.k8s.io/v1")]
    [DataRow("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "meta.k8s.io/v1beta1")]
    public async Task AListIsATableWhereThatIsAskedFor(string accept, string version)
    {
        await using var host = await WithMapsAsync();

        var table = (await host.GetAsync($"{Maps}?limit=1", accept)).Json;

        Assert.AreEqual(("Table", version), ((string?)table["kind"], (string?)table["apiVersion"]));
        CollectionAssert.AreEqual(new[] { "Name", "Data", "Age" }, table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"]).ToArray());
        Assert.AreEqual("""["a",1]""", new JsonArray([.. table["rows"]![0]!["cells"]!.AsArray().Take(2).Select(cell => cell!.DeepClone())]).ToJsonString());
        Assert.AreEqual("PartialObjectMetadata", (string?)table["rows"]![0]!["object"]!["kind"]);
    }

    [TestMethod]
    public async Task MetadataAloneIsGivenWhereThatIsAskedFor()
    {
        await using var host = await WithMapsAsync();

        var one = (await host.GetAsync($"{Maps}/a", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")).Json;
        var all = (await host.GetAsync(Maps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")).Json;

        Assert.AreEqual(("PartialObjectMetadata", "a"), ((string?)one["kind"], (string?)one["metadata"]!["name"]));
        Assert.AreEqual(("PartialObjectMetadataList", 4), ((string?)all["kind"], all["items"]!.AsArray().Count));
        Assert.IsNull(all["items"]![0]!["data"]);
    }

    [TestMethod]
    public async Task ASelectorMayBeLong()
    {
        await using var host = await WithMapsAsync();
        var names = string.Join(",", Enumerable.Range(0, 3000).Select(i => $"name-{i}"));

        Assert.AreEqual("a", Names(await host.GetAsync($"{Maps}?labelSelector=app+in+({names},a)")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TenThousandObjectsAreListed()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 10_000; i++)
            host.Objects.Create(Kinds.ConfigMap, "ns", Map($"m{i:D5}", "x"));

        var answer = await host.GetAsync(Maps);

        Assert.AreEqual(10_000, answer.Json["items"]!.AsArray().Count);
        Assert.AreEqual("m00000", (string?)answer.Json["items"]![0]!["metadata"]!["name"]);
    }

    private static async Task<ApiHost> WithMapsAsync(int history = 16384)
    {
        var host = await ApiHost.StartAsync(history);
        foreach (var (name, number) in new[] { ("a", 1), ("b", 2), ("c", 3) })
        {
            var map = Map(name, name);
            map["metadata"]!["labels"]!["example.com/n"] = $"{number}";
            host.Objects.Create(Kinds.ConfigMap, "ns", map);
        }
        host.Objects.Create(Kinds.ConfigMap, "ns", Map("none", null));
        return host;
    }

    private static JsonObject Map(string name, string? app) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = app is null ? [] : new JsonObject { ["app"] = app } },
        ["data"] = new JsonObject { ["x"] = "1" },
    };

    private static JsonObject Role(string rules) => new() { ["metadata"] = new JsonObject { ["name"] = "r" }, ["rules"] = JsonNode.Parse(rules) };

    private static string Names(ApiAnswer answer) => string.Join(",", answer.Json["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
}
