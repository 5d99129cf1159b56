using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api;

/// <summary>Objects are created, changed and deleted as Kubernetes does, down to the words of a refusal.</summary>
[TestClass]
public sealed class Objects
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    [TestMethod]
    public async Task ACreatedObjectIsTold()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(Maps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"ü"}}""");

        Assert.AreEqual(201, answer.Code);
        Assert.AreEqual("ns", (string?)answer.Json["metadata"]!["namespace"]);
        Assert.AreEqual("ü", (string?)(await host.GetAsync($"{Maps}/a")).Json["data"]!["x"]);
    }

    [TestMethod]
    [DataRow("deployments", "apps/v1", """{"metadata":{"annotations":{"a":"1"},"labels":{"b":"2"}},"status":{"replicas":3}}""", "1", null, null)]
    [DataRow("replicasets", "apps/v1", """{"metadata":{"annotations":{"a":"1"},"labels":{"b":"2"}},"status":{"replicas":3}}""", "1", "2", null)]
    [DataRow("replicasets", "apps/v1", """{"metadata":{"finalizers":["x.y/z"]},"spec":{"replicas":7},"status":{"replicas":3}}""", null, null, "x.y/z")]
    public async Task APatchOfAStatusChangesTheMetadataAndNotTheSpec(string plural, string version, string patch, string? annotation, string? label, string? finalizer)
    {
        await using var host = await ApiHost.StartAsync();
        var path = $"/apis/{version}/namespaces/ns/{plural}";
        var made = await host.PostAsync(path, """{"metadata":{"name":"x"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.AreEqual(201, made.Code, made.Text);

        var answer = await host.SendAsync(HttpMethod.Patch, $"{path}/x/status", patch, "application/merge-patch+json");

        Assert.AreEqual(200, answer.Code, answer.Text);
        var metadata = answer.Json["metadata"]!;
        Assert.AreEqual((annotation, label, finalizer), ((string?)metadata["annotations"]?["a"], (string?)metadata["labels"]?["b"], (string?)metadata["finalizers"]?[0]));
        Assert.AreEqual((3, 1, 1), ((int)answer.Json["status"]!["replicas"]!, (int)answer.Json["spec"]!["replicas"]!, (int)metadata["generation"]!));
    }

    [TestMethod]
    public async Task APatchOfAStatusCannotMakeTheMetadataInvalid()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/ns/status", """{"metadata":{"labels":{"a b":"c","kubernetes.io/metadata.name":null}}}""", "application/merge-patch+json");
        var kept = await host.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/ns/status", """{"metadata":{"labels":{"kubernetes.io/metadata.name":null}}}""", "application/merge-patch+json");

        Assert.AreEqual(422, answer.Code, answer.Text);
        Assert.AreEqual("ns", (string?)kept.Json["metadata"]!["labels"]!["kubernetes.io/metadata.name"]);
    }

    [TestMethod]
    public async Task TheFinalizersOfANamespaceAreWrittenByItsSubresource()
    {
        await using var host = await ApiHost.StartAsync();

        var ignored = await host.SendAsync(HttpMethod.Put, "/api/v1/namespaces/ns", """{"metadata":{"name":"ns"},"spec":{"finalizers":["x.y/z"]}}""");
        var written = await host.SendAsync(HttpMethod.Put, "/api/v1/namespaces/ns/finalize", """{"metadata":{"name":"ns"},"spec":{"finalizers":["kubernetes","x.y/z"]}}""");
        var refused = await host.SendAsync(HttpMethod.Put, "/api/v1/namespaces/ns/finalize", """{"metadata":{"name":"ns"},"spec":{"finalizers":["other"]}}""");

        Assert.AreEqual("""["kubernetes"]""", ignored.Json["spec"]!["finalizers"]!.ToJsonString());
        Assert.AreEqual("""["kubernetes","x.y/z"]""", written.Json["spec"]!["finalizers"]!.ToJsonString());
        Assert.AreEqual(422, refused.Code, refused.Text);
    }

    [TestMethod]
    [DataRow("application/json;as=Table;v=v1;g=meta.k8s.io", 406)]
    [DataRow("application/json;as=Table;v=v1;g=meta.k8s.io, application/json", 201)]
    public async Task AQuestionHasNoTable(string accept, int code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}""", accept: accept);

        Assert.AreEqual(code, answer.Code, answer.Text);
    }

    [TestMethod]
    public async Task ABodyMayBeYaml()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, Maps, "metadata:\n  name: a\ndata: {x: 'yes'}\n", "application/yaml");

        Assert.AreEqual((201, "yes"), (answer.Code, (string?)answer.Json["data"]!["x"]), answer.Text);
    }

    [TestMethod]
    [DataRow("{}", 422, "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")]
    [DataRow("""{"metadata":{"name":"a","namespace":"other"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request")]
    [DataRow("""{"metadata":{"name":"a","resourceVersion":"1"}}""", 400, "resourceVersion should not be set on objects to be created")]
    [DataRow("""{"metadata":{"name":"taken"}}""", 409, "configmaps \"taken\" already exists")]
    public async Task WhatCannotBeCreatedIsRefused(string body, int code, string message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"taken"}}""");

        var answer = await host.PostAsync(Maps, body);

        Assert.AreEqual((code, message), (answer.Code, answer.Message));
    }

    [TestMethod]
    [DataRow("configmaps", "A_b", "a lowercase RFC 1123 subdomain must consist of")]
    [DataRow("configmaps", "../x", "a lowercase RFC 1123 subdomain must consist of")]
    [DataRow("configmaps", "..", "a lowercase RFC 1123 subdomain must consist of")]
    [DataRow("services", "1a", "a DNS-1035 label must consist of")]
    [DataRow("services", "a.b", "a DNS-1035 label must consist of")]
    public async Task ANameThatIsNoneIsRefused(string plural, string name, string message)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync($"/api/v1/namespaces/ns/{plural}", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }.ToJsonString());

        Assert.AreEqual((422, "Invalid"), (answer.Code, answer.Reason));
        StringAssert.Contains(answer.Message, $"metadata.name: Invalid value: \"{name}\": {message}");
    }

    [TestMethod]
    [DataRow("a:b", 201, "")]
    [DataRow("a/b", 422, "may not contain '/'")]
    [DataRow("..", 422, "may not be '..'")]
    public async Task ARoleMayBeCalledAnythingThatAPathCanHold(string name, int code, string message)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/apis/rbac.authorization.k8s.io/v1/namespaces/ns/roles", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }.ToJsonString());

        Assert.AreEqual(code, answer.Code, answer.Text);
        StringAssert.Contains(answer.Message, message);
    }

    [TestMethod]
    public async Task ANameIsMadeOfItsBegin()
    {
        await using var host = await ApiHost.StartAsync();

        var names = new List<string>();
        for (var i = 0; i < 3; i++)
            names.Add((string)(await host.PostAsync(Maps, """{"metadata":{"generateName":"job-"}}""")).Json["metadata"]!["name"]!);

        foreach (var name in names)
            StringAssert.Matches(name, new("^job-[bcdfghjklmnpqrstvwxz2456789]{5}$"));
        CollectionAssert.AllItemsAreUnique(names);
    }

    [TestMethod]
    public async Task NothingIsMadeInANamespaceThatIsNotThere()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/api/v1/namespaces/none/configmaps", """{"metadata":{"name":"A"}}""");

        Assert.AreEqual((404, "namespaces \"none\" not found"), (answer.Code, answer.Message));
    }

    [TestMethod]
    public async Task NothingIsMadeInANamespaceThatGoes()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"going"},"spec":{"finalizers":["kubernetes"]}}""");
        Assert.AreEqual("Terminating", (string?)(await host.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/going")).Json["status"]!["phase"]);

        var answer = await host.PostAsync("/api/v1/namespaces/going/configmaps", """{"metadata":{"name":"a"}}""");

        Assert.AreEqual((403, "configmaps \"a\" is forbidden: unable to create new content in namespace going because it is being terminated"), (answer.Code, answer.Message));
        Assert.AreEqual("NamespaceTerminating", (string?)answer.Json["details"]!["causes"]![0]!["reason"]);
    }

    [TestMethod]
    public async Task ANamespaceIsGoneWithItsLastFinalizer()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"going"},"spec":{"finalizers":["kubernetes"]}}""");
        await host.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/going");

        var answer = await host.SendAsync(HttpMethod.Put, "/api/v1/namespaces/going/finalize", """{"metadata":{"name":"going"},"spec":{"finalizers":[]}}""");

        Assert.AreEqual(200, answer.Code, answer.Text);
        Assert.AreEqual(404, (await host.GetAsync("/api/v1/namespaces/going")).Code);
    }

    [TestMethod]
    [DataRow("""{"metadata":{"name":"b"}}""", 400, "the name of the object (b) does not match the name on the URL (a)")]
    [DataRow("""{"metadata":{}}""", 400, "the name of the object (a based on URL) was undeterminable: name must be provided")]
    [DataRow("""{"metadata":{"name":"a","resourceVersion":"1"}}""", 409, "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again")]
    public async Task WhatIsNotTheObjectThatIsThereDoesNotReplaceIt(string body, int code, string message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");

        var answer = await host.SendAsync(HttpMethod.Put, $"{Maps}/a", body);

        Assert.AreEqual((code, message), (answer.Code, answer.Message));
    }

    [TestMethod]
    public async Task AnUpdateReplacesAllButTheStatus()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/api/v1/namespaces/ns/services", """{"metadata":{"name":"s","labels":{"a":"b"}},"spec":{"ports":[{"port":80}]}}""");
        host.Objects.UpdateStatus(new(Kinds.Service, "ns", "s"), service => service["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() });

        var answer = await host.SendAsync(HttpMethod.Put, "/api/v1/namespaces/ns/services/s", """{"metadata":{"name":"s"},"spec":{"ports":[{"port":81}]},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}}""");

        Assert.AreEqual(200, answer.Code, answer.Text);
        Assert.AreEqual(81, (int)answer.Json["spec"]!["ports"]![0]!["port"]!);
        Assert.AreEqual("{}", answer.Json["status"]!["loadBalancer"]!.ToJsonString());
        Assert.IsNull(answer.Json["metadata"]!["labels"]);
    }

    [TestMethod]
    public async Task ADryRunChangesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"},"data":{"x":"1"}}""");
        var revision = host.Objects.Store.Revision;

        var made = await host.PostAsync($"{Maps}?dryRun=All", """{"metadata":{"name":"b"}}""");
        var patched = await host.SendAsync(HttpMethod.Patch, $"{Maps}/a?dryRun=All", """{"data":{"x":"2"}}""", "application/merge-patch+json");
        var deleted = await host.SendAsync(HttpMethod.Delete, $"{Maps}/a?dryRun=All");
        var refused = await host.PostAsync($"{Maps}?dryRun=Some", """{"metadata":{"name":"b"}}""");

        Assert.AreEqual((201, 200, 200), (made.Code, patched.Code, deleted.Code));
        Assert.AreEqual("2", (string?)patched.Json["data"]!["x"]);
        Assert.AreEqual((422, "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}: supported values: \"All\""), (refused.Code, refused.Message));
        Assert.AreEqual(revision, host.Objects.Store.Revision);
    }

    [TestMethod]
    public async Task ADeletionAnswersWithSuccessOrWhatIsLeft()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");
        await host.PostAsync(Maps, """{"metadata":{"name":"held","finalizers":["example.com/held"]}}""");

        var gone = await host.SendAsync(HttpMethod.Delete, $"{Maps}/a");
        var held = await host.SendAsync(HttpMethod.Delete, $"{Maps}/held", """{"propagationPolicy":"Background"}""");
        var none = await host.SendAsync(HttpMethod.Delete, $"{Maps}/a");

        Assert.AreEqual((200, "Success", "configmaps"), (gone.Code, (string?)gone.Json["status"], (string?)gone.Json["details"]!["kind"]));
        Assert.IsNotNull(held.Json["metadata"]!["deletionTimestamp"]);
        Assert.AreEqual((404, "configmaps \"a\" not found"), (none.Code, none.Message));
    }

    [TestMethod]
    [DataRow("""{"propagationPolicy":"Foo"}""", 422, "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Foo\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"")]
    [DataRow("""{"gracePeriodSeconds":"1"}""", 400, "DeleteOptions.gracePeriodSeconds: a whole number is expected, not \"1\"")]
    [DataRow("""{"preconditions":5,"dryRun":"All","propagationPolicy":{}}""", 400, "DeleteOptions.propagationPolicy: text is expected, not {}")]
    public async Task ADeletionThatIsNotUnderstoodDeletesNothing(string body, int code, string message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");

        var answer = await host.SendAsync(HttpMethod.Delete, $"{Maps}/a", body);

        Assert.AreEqual((code, message), (answer.Code, answer.Message));
        Assert.AreEqual(200, (await host.GetAsync($"{Maps}/a")).Code);
    }

    [TestMethod]
    public async Task APreconditionKeepsAnotherObjectOfTheSameName()
    {
        await using var host = await ApiHost.StartAsync();
        var uid = (string)(await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""")).Json["metadata"]!["uid"]!;

        var answer = await host.SendAsync(HttpMethod.Delete, $"{Maps}/a", """{"preconditions":{"uid":"x"}}""");

        Assert.AreEqual((409, $"Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (x) does not match the UID in record ({uid}). The object might have been deleted and then recreated"),
            (answer.Code, answer.Message));
    }

    [TestMethod]
    public async Task ACollectionIsDeletedByItsSelector()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
            host.Objects.Create(Kinds.ConfigMap, "ns", new() { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = name } } });

        var answer = await host.SendAsync(HttpMethod.Delete, $"{Maps}?labelSelector=app+in+(a,b)");

        Assert.AreEqual(2, answer.Json["items"]!.AsArray().Count);
        Assert.AreEqual("c", host.Objects.Store.List(Kinds.ConfigMap).Items.Single().Key.Name);
    }

    [TestMethod]
    public async Task AScaleIsReadAndChanged()
    {
        await using var host = await ApiHost.StartAsync();
        const string path = "/apis/apps/v1/namespaces/ns/deployments";
        var made = await host.PostAsync(path, """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.AreEqual(201, made.Code, made.Text);

        var patched = await host.SendAsync(HttpMethod.Patch, $"{path}/d/scale", """{"spec":{"replicas":3}}""", "application/merge-patch+json");
        var refused = await host.SendAsync(HttpMethod.Patch, $"{path}/d/scale", """{"spec":{"replicas":-1}}""", "application/merge-patch+json");
        var scale = await host.GetAsync($"{path}/d/scale");

        Assert.AreEqual((200, 422), (patched.Code, refused.Code));
        Assert.AreEqual(("Scale", 3, "a=b"), ((string?)scale.Json["kind"], (int)scale.Json["spec"]!["replicas"]!, (string?)scale.Json["status"]!["selector"]));
    }
}
