using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Protobuf;

/// <summary>The bytes are those of the wire format, worked out by hand.</summary>
[TestClass]
public sealed class WireBytes
{
    private const string Name = "0a03 0a0161"; // metadata (1), with the name (1) a.

    [TestMethod]
    public void AnObjectIsInItsEnvelope()
    {
        var map = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "a" }, ["data"] = new JsonObject { ["k"] = "v" } };

        var bytes = Envelope.Write(map)!;

        // The type (1): v1 (1), ConfigMap (2). The message (2): metadata, and data (2) with a key (1) and a value (2).
        Assert.AreEqual(Hex("6b387300 0a0f 0a027631 1209 436f6e6669674d6170 120d" + Name + "1206 0a016b 120176"), Convert.ToHexStringLower(bytes));
    }

    [TestMethod]
    [DataRow("Deployment", """{"spec":{"replicas":0}}""", "1202 0800")]
    [DataRow("DeploymentSpec", """{"replicas":-1}""", "08ffffffffffffffffff01")]
    [DataRow("Quantity", """{"sizeLimit":"1Mi"}""", "1205 0a03 314d69", "EmptyDirVolumeSource")]
    [DataRow("IntOrString", """{"port":8080}""", "0a07 0800 10903f 1a00", "TCPSocketAction")]
    [DataRow("IntOrString", """{"port":"http"}""", "0a0a 0801 1000 1a0468747470", "TCPSocketAction")]
    [DataRow("Time", """{"startedAt":"1970-01-01T00:02:08Z"}""", "0a05 088001 1000", "ContainerStateRunning")]
    [DataRow("MicroTime", """{"lastObservedTime":"1970-01-01T00:00:01.000001Z"}""", "1205 0801 10e807", "EventSeries")]
    [DataRow("embedded", """{"tcpSocket":{"port":1},"periodSeconds":2}""", "2002 0a0a 1a08 0a06 0800 1001 1a00", "Probe")]
    [DataRow("embedded", """{"name":"v","emptyDir":{}}""", "0a0176 1202 1200", "Volume")]
    [DataRow("bytes", """{"data":{"k":"AP8="}}""", "1207 0a016b 120200ff", "Secret")]
    [DataRow("list of numbers", """{"supplementalGroups":[1,300]}""", "2001 20ac02", "PodSecurityContext")]
    [DataRow("map of lists", """{"extra":{"k":["a","b"]}}""", "220b 0a016b 1206 0a0161 0a0162", "UserInfo")]
    [DataRow("JSON", """{"fieldsV1":{"a":{}}}""", "3a0a 0a08 7b2261223a7b7d7d", "ManagedFieldsEntry")]
    public void AValueIsAsItsTypeSays(string what, string json, string bytes, string? name = null)
    {
        var type = KubernetesSchema.Types[name ?? what];

        var message = MessageWriter.Write(JsonNode.Parse(json)!.AsObject(), type);

        Assert.AreEqual(Hex(bytes), Convert.ToHexStringLower(message));
        Assert.AreEqual(RoundTrips.Sorted(JsonNode.Parse(json)), RoundTrips.Sorted(MessageReader.Read(message, type)));
    }

    /// <summary>Go programs write every field that is not a pointer, also where it is zero.</summary>
    [TestMethod]
    [DataRow("Deployment", "120c 0800 22020a00 2800 3800 4800", """{"spec":{"replicas":0,"progressDeadlineSeconds":0}}""")]
    [DataRow("Job", "1208 1000 2800 3800 4000", """{"spec":{"completions":0,"manualSelector":false,"backoffLimit":0,"ttlSecondsAfterFinished":0}}""")]
    [DataRow("ServiceAccount", "2000", """{"automountServiceAccountToken":false}""")]
    [DataRow("Pod", "1216 1a00 2000 2800 3200 4200 5800 6000 7206 1000 1800 2800", """{"spec":{"terminationGracePeriodSeconds":0,"activeDeadlineSeconds":0,"securityContext":{"runAsUser":0,"runAsNonRoot":false,"fsGroup":0}}}""")]
    [DataRow("Pod", "1213 0a11 0a0176 120c 9a0109 0a030a0163 1800 2000", """{"spec":{"volumes":[{"name":"v","configMap":{"name":"c","defaultMode":0,"optional":false}}]}}""")]
    [DataRow("StatefulSet", "1208 2206 1204 1a00 2a00", """{"spec":{"volumeClaimTemplates":[{"spec":{"storageClassName":""}}]}}""")]
    [DataRow("ConfigMap", "0a16 0a00 1200 1a00 2200 2a00 3200 3800 4200 5a040a001200", """{"metadata":{"labels":{"":""}}}""")]
    public void OnlyZerosOfPointersArePartOfTheObject(string name, string bytes, string json)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);

        var read = MessageReader.Read(Convert.FromHexString(Hex(bytes)), KubernetesSchema.TypeOf(kind));

        Assert.AreEqual(Decoded(kind, JsonNode.Parse(json)!.AsObject()), Decoded(kind, read));
    }

    [TestMethod]
    [DataRow("PodSecurityContext", "2203 01ac02 2005", """{"supplementalGroups":[1,300,5]}""", "numbers of a list may be in one field")]
    [DataRow("ConfigMap", "0a03 0a0161 0a03 1a0162", """{"metadata":{"name":"a","namespace":"b"}}""", "a message may come in parts")]
    [DataRow("ConfigMap", "0a06 0a0161 0a0162", """{"metadata":{"name":"b"}}""", "of a value given twice, the last one counts")]
    [DataRow("ConfigMap", "1206 120176 0a016b 1203 0a016c", """{"data":{"k":"v","l":null}}""", "an entry has its parts in any order, or not at all")]
    [DataRow("ConfigMap", "0a03 0a0161 fb3f 0801", "", "a group has to end")]
    [DataRow("ConfigMap", "f83f01 fa3f0178 fb3f0801fc3f fd3f00000000 f93f0000000000000000 0a03 0a0161", """{"metadata":{"name":"a"}}""", "what is not known is skipped")]
    public void AMessageMayBeWrittenInOtherWays(string name, string bytes, string json, string why)
    {
        var type = KubernetesSchema.Types[name];
        if (json.Length == 0)
            Assert.ThrowsExactly<ProtobufException>(() => MessageReader.Read(Convert.FromHexString(Hex(bytes)), type), why);
        else
            Assert.AreEqual(RoundTrips.Sorted(JsonNode.Parse(json)), RoundTrips.Sorted(MessageReader.Read(Convert.FromHexString(Hex(bytes)), type)), why);
    }

    private static string Decoded(ResourceKind kind, JsonObject value) => RoundTrips.Sorted(ObjectDecoder.Decode(kind, value, FieldValidation.Strict).Json);

    private static string Hex(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
