namespace Engine.Tests.Api;

/// <summary>Every request is answered as Kubernetes would, above all one that cannot be served.</summary>
[TestClass]
public sealed class Answers
{
    [TestMethod]
    [DataRow("")]
    [DataRow("wrong")]
    public async Task NobodyIsAnsweredNothing(string token)
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var path in new[] { "/version", "/healthz", "/api/v1/pods", "/nowhere" })
        {
            var answer = await host.SendAsync(HttpMethod.Get, path, token: token);

            Assert.AreEqual((401, "Unauthorized", "Unauthorized"), (answer.Code, answer.Reason, answer.Message), path);
        }
    }

    [TestMethod]
    [DataRow("GET", "/api/v1/namespaces/ns/pods", "pods is forbidden: User \"system:serviceaccount:ns:other\" cannot list resource \"pods\" in API group \"\" in the namespace \"ns\"")]
    [DataRow("GET", "/api/v1/namespaces/ns/pods/p/log", "pods \"p\" is forbidden: User \"system:serviceaccount:ns:other\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"ns\"")]
    [DataRow("DELETE", "/apis/apps/v1/namespaces/ns/deployments/d", "deployments.apps \"d\" is forbidden: User \"system:serviceaccount:ns:other\" cannot delete resource \"deployments\" in API group \"apps\" in the namespace \"ns\"")]
    [DataRow("GET", "/api/v1/nodes", "nodes is forbidden: User \"system:serviceaccount:ns:other\" cannot list resource \"nodes\" in API group \"\" at the cluster scope")]
    [DataRow("GET", "/api/v1/namespaces/ns", "namespaces \"ns\" is forbidden: User \"system:serviceaccount:ns:other\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"ns\"")]
    [DataRow("GET", "/nowhere", "forbidden: User \"system:serviceaccount:ns:other\" cannot get path \"/nowhere\"")]
    public async Task WhoMayNotIsTold(string method, string path, string message)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(new(method), path, token: host.TokenOfAccount("other"));

        Assert.AreEqual((403, "Forbidden", message), (answer.Code, answer.Reason, answer.Message));
    }

    [TestMethod]
    [DataRow("/nowhere")]
    [DataRow("/apis/none.example/v1")]
    [DataRow("/api/v1/nothings")]
    [DataRow("/apis/apps/v1/namespaces/ns/nothings/x")]
    [DataRow("/api/v1/namespaces/ns/configmaps/x/status")]
    [DataRow("/api/v1/namespaces/ns/nodes/x")]
    [DataRow("/api/v1/namespaces//configmaps")]
    public async Task AnUnknownPathIsNotFound(string path)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(path);

        Assert.AreEqual((404, "NotFound", "the server could not find the requested resource"), (answer.Code, answer.Reason, answer.Message));
    }

    [TestMethod]
    [DataRow("GET", "/apis/networking.k8s.io/v1/namespaces/ns/ingresses", "Ingress")]
    [DataRow("GET", "/apis/networking.k8s.io/v1beta1/ingresses", "Ingress")]
    [DataRow("POST", "/apis/networking.k8s.io/v1/namespaces/ns/ingresses", "Ingress")]
    [DataRow("PATCH", "/apis/node.k8s.io/v1/runtimeclasses/d", "RuntimeClass")]
    [DataRow("GET", "/api/v1/namespaces/ns/podtemplates/p", "PodTemplate")]
    public async Task AKindThatOtherClustersHaveIsRefusedByName(string method, string path, string kind)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(new(method), path, method == "GET" ? null : "{}");

        Assert.AreEqual((method == "GET" ? 404 : 422, $"the embedded engine has no {kind}; set KontraktKubeContext to a cluster"), (answer.Code, answer.Message));
    }

    [TestMethod]
    [DataRow("POST", "/api/v1/namespaces/ns/configmaps/x")]
    [DataRow("PUT", "/api/v1/namespaces/ns/configmaps")]
    [DataRow("HEAD", "/api/v1/namespaces/ns/configmaps")]
    [DataRow("TRACE", "/api/v1/namespaces/ns/configmaps")]
    [DataRow("DELETE", "/api/v1/namespaces")]
    [DataRow("POST", "/api/v1/configmaps")]
    public async Task AMethodThatAResourceHasNotIsRefused(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.AreEqual(405, (await host.SendAsync(new(method), path, method is "POST" or "PUT" ? "{}" : null)).Code);
    }

    [TestMethod]
    [DataRow("text/html")]
    [DataRow("application/yaml")]
    [DataRow("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io")]
    [DataRow("application/json;as=Table;v=v9;g=meta.k8s.io")]
    [DataRow("not a media type")]
    public async Task WhatCannotBeGivenInAnAcceptedFormIsNotAcceptable(string accept)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.AreEqual(406, (await host.GetAsync("/api/v1/namespaces", accept)).Code);
    }
}
