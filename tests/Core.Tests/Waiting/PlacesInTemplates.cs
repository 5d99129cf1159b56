using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class PlacesInTemplates
{
    private static readonly PodTemplate Template = Yaml.Template("""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a}
        spec:
          template:
            spec:
              volumes:
                - name: plain
                  configMap:
                    name: settings
                    items:
                      - key: colour
                        path: c
                - name: mixed
                  projected:
                    sources:
                      - secret:
                          name: db
              initContainers:
                - name: init
                  resources:
                    limits: {memory: 1Ti}
              containers:
                - name: web
                  command: [run]
                  envFrom:
                    - secretRef: {name: all}
                  env:
                    - name: A
                      valueFrom:
                        configMapKeyRef:
                          name: settings
                          key: a
                    - name: B
                      valueFrom:
                        secretKeyRef:
                          name: db
                          key: b
                  resources:
                    requests:
                      cpu: 100
        """, KontraktLabel.None, "spec", "template");

    [TestMethod]
    [DataRow("web", "ConfigMap", "settings", "a", null, 33, DisplayName = "env, key")]
    [DataRow("web", "Secret", "db", "b", null, 38, DisplayName = "env, key of a Secret")]
    [DataRow("web", "Secret", "db", null, null, 37, DisplayName = "env, whole Secret")]
    [DataRow("web", "Secret", "all", null, null, 27, DisplayName = "envFrom")]
    [DataRow("", "ConfigMap", "settings", null, "plain", 10, DisplayName = "volume")]
    [DataRow("", "ConfigMap", "", "colour", "plain", 12, DisplayName = "volume, key")]
    [DataRow("", "Secret", "db", null, "mixed", 18, DisplayName = "projected volume")]
    [DataRow("web", "ConfigMap", "other", "a", null, 24, DisplayName = "not to be found: the container")]
    public void WhatIsMissingIsFoundWhereItIsNamed(string container, string kind, string name, string? key, string? volume, int line) =>
        Assert.AreEqual(line, PodTemplatePlaces.Locate(Template, container, new(kind, name, key, volume)).Line);

    [TestMethod]
    [DataRow("0/1 nodes are available: 1 Insufficient cpu.", 41)]
    [DataRow("0/3 nodes are available: 3 Insufficient memory.", 22)]
    [DataRow("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", 6)]
    [DataRow("0/1 nodes are available: 1 node(s) had taint {a: b}, that the pod didn't tolerate.", 6)]
    public void TheSchedulersWordsLeadToTheRequest(string message, int line) =>
        Assert.AreEqual(line, PodTemplatePlaces.Scheduling(Template, message).Line);

    [TestMethod]
    public void ACommandIsFound() => Assert.AreEqual(25, PodTemplatePlaces.Command(Template, "web").Line);
}
