using System.Text.Json.Nodes;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.CustomResources;

/// <summary>A kind that a definition adds is served like any other, from the moment in which the definition is written.</summary>
[TestClass]
public sealed class Served
{
    private const string Schema = "{type: object, properties: {size: {type: integer, default: 1}, color: {type: string}}}";
    private const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";
    private const string Status = "{subresources: {status: {}}}";

    [TestMethod]
    public async Task DiscoveryNamesItAtOnceAndNoMoreWhenItsDefinitionIsGone()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.AreEqual(404, (await host.GetAsync("/apis/example.com/v1")).Code);

        await host.AddAsync(Definition.Of(Schema, "{subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}}"));

        var resources = (await host.GetAsync("/apis/example.com/v1")).Json["resources"]!.AsArray();
        Assert.AreEqual("widgets widgets/status widgets/scale", string.Join(' ', resources.Select(each => (string?)each!["name"])));
        Assert.AreEqual("""{"name":"widgets","singularName":"widget","namespaced":true,"kind":"Widget","verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["wd"],"categories":["all"]}""", resources[0]!.ToJsonString());
        Assert.AreEqual("example.com/v1", (string?)(await host.GetAsync("/apis/example.com")).Json["preferredVersion"]!["groupVersion"]);
        var aggregated = (await host.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).Text;
        StringAssert.Contains(aggregated, "\"kind\":\"Widget\"");

        Remove(host);
        Assert.AreEqual(404, (await host.GetAsync("/apis/example.com/v1")).Code);
        Assert.AreEqual(404, (await host.GetAsync(Definition.Widgets())).Code);
    }

    [TestMethod]
    public async Task ItsDefinitionHasTheConditionsAndNamesThatClientsWaitFor()
    {
        await using var host = await ApiHost.StartAsync();

        await host.AddAsync(Definition.Of(Schema));

        var status = (await host.GetAsync($"{Definition.Path}/widgets.example.com")).Json["status"]!;
        Assert.AreEqual("NamesAccepted True NoConflicts, Established True InitialNamesAccepted", string.Join(", ", status["conditions"]!.AsArray().Select(each => $"{each!["type"]} {each["status"]} {each["reason"]}")));
        Assert.AreEqual("""{"plural":"widgets","singular":"widget","shortNames":["wd"],"kind":"Widget","listKind":"WidgetList","categories":["all"]}""", status["acceptedNames"]!.ToJsonString());
        Assert.AreEqual("""["v1"]""", status["storedVersions"]!.ToJsonString());
    }

    [TestMethod]
    public async Task ATakenNameIsNotAcceptedUntilItIsFree()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));
        var other = Definition.Of(Schema);
        other["metadata"]!["name"] = "gadgets.example.com";
        (other["spec"]!["names"]!["plural"], other["spec"]!["names"]!["singular"]) = ("gadgets", "gadget");

        await host.AddAsync(other);

        var conditions = (await host.GetAsync($"{Definition.Path}/gadgets.example.com")).Json["status"]!["conditions"]!;
        Assert.AreEqual(("False", "ListKindConflict", "\"WidgetList\" is already in use"), ((string?)conditions[0]!["status"], (string?)conditions[0]!["reason"], (string?)conditions[0]!["message"]));
        Assert.AreEqual("False", (string?)conditions[1]!["status"]);
        Assert.AreEqual(404, (await host.GetAsync("/apis/example.com/v1/namespaces/ns/gadgets")).Code);
    }

    [TestMethod]
    public async Task AnObjectIsMadeReadChangedAndDeleted()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));

        var made = await host.PostAsync(Definition.Widgets(), Definition.Widget("{color: red}"));
        Assert.AreEqual((201, 1, 1), (made.Code, (int?)made.Json["spec"]!["size"], (int?)made.Json["metadata"]!["generation"]), made.Text);
        var patched = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a", """{"spec":{"color":"blue"}}""", "application/merge-patch+json");
        Assert.AreEqual((200, "blue", 2), (patched.Code, (string?)patched.Json["spec"]!["color"], (int?)patched.Json["metadata"]!["generation"]));
        patched = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a", """[{"op":"replace","path":"/spec/size","value":7}]""", "application/json-patch+json");
        Assert.AreEqual((200, 7), (patched.Code, (int?)patched.Json["spec"]!["size"]));
        Assert.AreEqual("WidgetList a", (await host.GetAsync(Definition.Widgets())).Json is var list ? $"{list["kind"]} {list["items"]![0]!["metadata"]!["name"]}" : "");
        Assert.AreEqual("Success", (string?)(await host.SendAsync(HttpMethod.Delete, Definition.Widgets() + "/a")).Json["status"]);
    }

    [TestMethod]
    public async Task AnApplyOwnsFieldsAndListsByTheSchema()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of("{type: object, properties: {size: {type: integer}, parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object, required: [id], properties: {id: {type: string}, v: {type: integer}}}}, free: {type: object, x-kubernetes-preserve-unknown-fields: true}}}"));

        await ApplyAsync(host, "one", "{size: 1, parts: [{id: a, v: 1}], free: {x: {w: 1}}}");
        var both = await ApplyAsync(host, "two", "{parts: [{id: b, v: 2}], free: {x: {z: 2}}}");
        Assert.AreEqual("""{"size":1,"parts":[{"id":"a","v":1},{"id":"b","v":2}],"free":{"x":{"w":1,"z":2}}}""", both.Json["spec"]!.ToJsonString());
        var conflict = await ApplyAsync(host, "two", "{size: 2}");
        Assert.AreEqual((409, "Apply failed with 1 conflict: conflict with \"one\": .spec.size"), (conflict.Code, conflict.Message));
        var unknown = await ApplyAsync(host, "one", "{sizze: 2}");
        Assert.AreEqual((400, true), (unknown.Code, unknown.Message.EndsWith(".spec.sizze: field not declared in schema", StringComparison.Ordinal)), unknown.Message);
        var rest = await ApplyAsync(host, "one", "{size: 1}");
        Assert.AreEqual("""{"size":1,"parts":[{"id":"b","v":2}],"free":{"x":{"z":2}}}""", rest.Json["spec"]!.ToJsonString());
    }

    [TestMethod]
    public async Task ItHasNoProtobufAndNoStrategicMerge()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));
        await host.PostAsync(Definition.Widgets(), Definition.Widget("{}"));

        var merge = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a", "{}", "application/strategic-merge-patch+json");

        Assert.AreEqual((415, "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"), (merge.Code, merge.Message));
        Assert.AreEqual(406, (await host.GetAsync(Definition.Widgets(), "application/vnd.kubernetes.protobuf")).Code);
        Assert.AreEqual(200, (await host.GetAsync(Definition.Widgets(), "application/vnd.kubernetes.protobuf,application/json")).Code);
        Assert.AreEqual(200, (await host.SendRawAsync(HttpMethod.Get, Definition.Widgets(), "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")).Code);
        Assert.AreEqual(415, (await host.SendRawAsync(HttpMethod.Post, Definition.Widgets(), "application/json", "k8s\0"u8.ToArray(), "application/vnd.kubernetes.protobuf")).Code);
    }

    [TestMethod]
    [DataRow("Strict", 400, "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.colour\"", "")]
    [DataRow("Warn", 201, "", "299 - \"unknown field \\\"spec.colour\\\"\"")]
    [DataRow("Ignore", 201, "", "")]
    public async Task AnUnknownFieldIsDroppedAndReportedAsTheRequestSays(string validation, int code, string message, string warning)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));

        var answer = await host.PostAsync($"{Definition.Widgets()}?fieldValidation={validation}", Definition.Widget("{colour: red}"));

        Assert.AreEqual((code, message, warning), (answer.Code, answer.Message, string.Join('|', answer.Warnings)));
    }

    [TestMethod]
    public async Task AMisspeltWordOfASchemaIsAnUnknownField()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(Definition.Path + "?fieldValidation=Strict", Definition.Of("{type: object, propertys: {a: {type: string}}}").ToJsonString());

        StringAssert.EndsWith(answer.Message, "unknown field \"spec.versions[0].schema.openAPIV3Schema.properties.spec.propertys\"");
    }

    [TestMethod]
    public async Task WithAStatusSubresourceEachSideWritesItsOwn()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema, Status));
        var widget = JsonNode.Parse(Definition.Widget("{size: 1}"))!.AsObject();
        widget["status"] = new JsonObject { ["phase"] = "Lied" };

        Assert.IsNull((await host.PostAsync(Definition.Widgets(), widget.ToJsonString())).Json["status"]);
        widget["spec"]!["size"] = 9;
        widget["status"]!["phase"] = "Ready";
        var status = (await host.SendAsync(HttpMethod.Put, Definition.Widgets() + "/a/status", widget.ToJsonString())).Json;
        Assert.AreEqual(("Ready", 1, 1), ((string?)status["status"]!["phase"], (int?)status["spec"]!["size"], (int?)status["metadata"]!["generation"]));
        widget["status"]!["phase"] = "Lied";
        var changed = (await host.SendAsync(HttpMethod.Put, Definition.Widgets() + "/a", widget.ToJsonString())).Json;
        Assert.AreEqual(("Ready", 9, 2), ((string?)changed["status"]!["phase"], (int?)changed["spec"]!["size"], (int?)changed["metadata"]!["generation"]));
    }

    [TestMethod]
    public async Task WithoutOneAStatusIsAFieldLikeOthersAndCountsInTheGeneration()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));
        await host.PostAsync(Definition.Widgets(), Definition.Widget("{}"));

        var changed = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a", """{"status":{"phase":"Ready"}}""", "application/merge-patch+json");
        Assert.AreEqual(("Ready", 2), ((string?)changed.Json["status"]!["phase"], (int?)changed.Json["metadata"]!["generation"]));
        changed = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        Assert.AreEqual(2, (int?)changed.Json["metadata"]!["generation"]);
        Assert.AreEqual(404, (await host.GetAsync(Definition.Widgets() + "/a/status")).Code);
    }

    [TestMethod]
    public async Task AStatusIsValidatedToo()
    {
        await using var host = await ApiHost.StartAsync();
        var definition = Definition.Of(Schema, Status);
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["status"] = SampleObjects.Read("{type: object, properties: {ready: {type: integer}}}");
        await host.AddAsync(definition);
        await host.PostAsync(Definition.Widgets(), Definition.Widget("{}"));

        var answer = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a/status", """{"status":{"ready":"yes"}}""", "application/merge-patch+json");

        Assert.AreEqual((422, "Widget.example.com \"a\" is invalid: status.ready: Invalid value: \"string\": status.ready in body must be of type integer: \"string\""), (answer.Code, answer.Message));
    }

    [TestMethod]
    public async Task ItIsScaledByThePathsOfItsDefinition()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema, "{subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}}}"));
        await host.PostAsync(Definition.Widgets(), Definition.Widget("{}"));
        await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a/status", """{"status":{"size":3,"selector":"app=a"}}""", "application/merge-patch+json");

        var scaled = await host.SendAsync(HttpMethod.Patch, Definition.Widgets() + "/a/scale", """{"spec":{"replicas":5}}""", "application/merge-patch+json");

        Assert.AreEqual("""{"replicas":5}{"replicas":3,"selector":"app=a"}""", $"{scaled.Json["spec"]!.ToJsonString()}{scaled.Json["status"]!.ToJsonString()}");
        Assert.AreEqual(5, (int?)(await host.GetAsync(Definition.Widgets() + "/a")).Json["spec"]!["size"]);
    }

    [TestMethod]
    public async Task ItsTableHasTheColumnsOfItsDefinition()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema, """
            {additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}, {name: Color, type: string, jsonPath: .spec.color, priority: 1}, {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'},
              {name: Note, type: string, jsonPath: '.metadata.annotations.example\.com/note'}, {name: Age, type: date, jsonPath: .metadata.creationTimestamp}]}
            """));
        var widget = JsonNode.Parse(Definition.Widget("{size: 3}"))!.AsObject();
        widget["metadata"]!["annotations"] = new JsonObject { ["example.com/note"] = "hi" };
        widget["status"] = JsonNode.Parse("""{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}""");
        await host.PostAsync(Definition.Widgets(), widget.ToJsonString());

        var table = (await host.GetAsync(Definition.Widgets(), Table)).Json;

        Assert.AreEqual("Name Size Color Ready Note Age", string.Join(' ', table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"])));
        StringAssert.StartsWith(table["rows"]![0]!["cells"]!.ToJsonString(), """["a",3,null,"True","hi",""");
    }

    [TestMethod]
    public async Task ItIsSelectedByTheFieldsOfItsDefinition()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema, "{selectableFields: [{jsonPath: .spec.color}]}"));
        foreach (var (name, color) in new[] { ("a", "red"), ("b", "blue"), ("c", "red") })
            await host.PostAsync(Definition.Widgets(), Definition.Widget($"{{color: {color}}}", name));

        var red = (await host.GetAsync(Definition.Widgets() + "?fieldSelector=spec.color%3Dred")).Json["items"]!.AsArray();

        Assert.AreEqual("a c", string.Join(' ', red.Select(each => (string?)each!["metadata"]!["name"])));
        Assert.AreEqual(400, (await host.GetAsync(Definition.Widgets() + "?fieldSelector=spec.size%3D1")).Code);
    }

    [TestMethod]
    public async Task EveryVersionShowsTheSameObjects()
    {
        await using var host = await ApiHost.StartAsync();
        var definition = Definition.Of(Schema);
        var older = definition["spec"]!["versions"]![0]!.DeepClone().AsObject();
        (older["name"], older["storage"], older["deprecated"]) = ("v1beta1", false, true);
        older["schema"]!["openAPIV3Schema"]!["properties"]!["spec"] = SampleObjects.Read("{type: object, properties: {color: {type: string}, old: {type: string, default: x}}}");
        definition["spec"]!["versions"]!.AsArray().Insert(0, older);
        await host.AddAsync(definition);

        var made = await host.PostAsync(Definition.Widgets("v1beta1"), Definition.Widget("{color: red}", version: "v1beta1"));

        Assert.AreEqual(("299 - \"example.com/v1beta1 Widget is deprecated\"", "example.com/v1beta1", """{"color":"red","old":"x"}"""), (made.Warnings.Single(), (string?)made.Json["apiVersion"], made.Json["spec"]!.ToJsonString()));
        var newer = (await host.GetAsync(Definition.Widgets() + "/a")).Json;
        Assert.AreEqual(("example.com/v1", """{"color":"red","size":1}"""), ((string?)newer["apiVersion"], newer["spec"]!.ToJsonString()));
        Assert.AreEqual("example.com/v1", (string?)(await host.GetAsync("/apis/example.com")).Json["preferredVersion"]!["groupVersion"]);
        var changed = await host.SendAsync(HttpMethod.Patch, Definition.Widgets("v1beta1") + "/a", """{"spec":{"color":"blue"}}""", "application/merge-patch+json");
        Assert.AreEqual((200, "example.com/v1beta1", 2), (changed.Code, (string?)changed.Json["apiVersion"], (int?)changed.Json["metadata"]!["generation"]));
    }

    [TestMethod]
    [DataRow("group", "\"other.com\"", "spec.group: Invalid value: \"other.com\": field is immutable")]
    [DataRow("scope", "\"Cluster\"", "spec.scope: Invalid value: \"Cluster\": field is immutable")]
    [DataRow("versions", """[{"name":"v2","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]""", "status.storedVersions[0]: Invalid value: \"v1\": must appear in spec.versions")]
    [DataRow("conversion", """{"strategy":"Webhook"}""", "spec.conversion.strategy: Forbidden: the embedded engine has no conversion of custom resources by a webhook (Webhook); set KontraktKubeContext to a cluster; between versions with strategy None only apiVersion changes")]
    public async Task WhatADefinitionMayNotChangeIsRefused(string field, string value, string message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));

        var answer = await host.SendAsync(HttpMethod.Patch, $"{Definition.Path}/widgets.example.com", $$"""{"spec": {"{{field}}": {{value}} } }""", "application/merge-patch+json");

        Assert.AreEqual(422, answer.Code, answer.Text);
        StringAssert.Contains(answer.Message, message);
    }

    [TestMethod]
    public async Task ClientsFindItsSchema()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));

        var definition = (await host.GetAsync("/openapi/v2")).Json["definitions"]!["com.example.v1.Widget"]!;

        Assert.AreEqual("integer", (string?)definition["properties"]!["spec"]!["properties"]!["size"]!["type"]);
        Assert.AreEqual("""[{"group":"example.com","kind":"Widget","version":"v1"}]""", definition["x-kubernetes-group-version-kind"]!.ToJsonString());
        Assert.AreEqual("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", (string?)definition["properties"]!["metadata"]!["$ref"]);
    }

    [TestMethod]
    public async Task ARoleOfItsGroupGivesRightsToIt()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(Schema));
        var token = host.TokenOfAccount("watcher");
        Assert.AreEqual(403, (await host.SendAsync(HttpMethod.Get, Definition.Widgets(), token: token)).Code);

        const string access = "/apis/rbac.authorization.k8s.io/v1/namespaces/ns";
        await host.PostAsync($"{access}/roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":["example.com"],"resources":["widgets"],"verbs":["list"]}]}""");
        await host.PostAsync($"{access}/rolebindings", """{"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"watcher","namespace":"ns"}]}""");

        Assert.AreEqual(200, (await host.SendAsync(HttpMethod.Get, Definition.Widgets(), token: token)).Code);
        Assert.AreEqual(403, (await host.PostAsync(Definition.Widgets(), Definition.Widget("{}"))) is { Code: 201 } ? (await host.SendAsync(HttpMethod.Delete, Definition.Widgets() + "/a", token: token)).Code : 0);
    }

    private static Task<ApiAnswer> ApplyAsync(ApiHost host, string manager, string spec) =>
        host.SendAsync(HttpMethod.Patch, $"{Definition.Widgets()}/a?fieldManager={manager}", Definition.Widget(spec), "application/apply-patch+yaml");

    /// <summary>What the controller does when nothing of the kind is left.</summary>
    private static void Remove(ApiHost host)
    {
        var key = new ObjectKey(Kinds.CustomResourceDefinition, "", "widgets.example.com");
        host.Objects.Delete(key, new());
        host.Objects.Update(key, item => item["metadata"]!.AsObject().Remove("finalizers"));
    }
}
