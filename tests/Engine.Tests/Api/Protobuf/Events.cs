using System.Buffers.Binary;
using System.Text;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using static Engine.Tests.Api.Protobuf.Form;

namespace Engine.Tests.Api.Protobuf;

/// <summary>A watch in protobuf has the same events.</summary>
[TestClass]
public sealed class Events
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    [TestMethod]
    [Timeout(60_000)]
    public async Task AWatchIsMessagesWithTheirLengths()
    {
        await using var host = await ApiHost.StartAsync();
        var first = (await host.PostAsync(Maps, """{"metadata":{"name":"a"},"data":{"k":"v"}}""")).Json;
        await host.SendAsync(HttpMethod.Delete, $"{Maps}/a");

        var answer = await host.SendRawAsync(HttpMethod.Get, $"{Maps}?watch=1&timeoutSeconds=1&allowWatchBookmarks=1&resourceVersion={long.Parse((string)first["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture) - 1}", Accept);

        Assert.AreEqual(Envelope.MediaType + "; stream=watch", answer.ContentType);
        var events = Parts(answer.Body).ToList();
        CollectionAssert.AreEqual(new[] { "ADDED", "DELETED", "BOOKMARK" }, events.Select(told => told.Type).ToArray());
        Assert.AreEqual(Sorted(Kinds.ConfigMap, first), Sorted(Kinds.ConfigMap, Envelope.Read(events[0].Object, KubernetesSchema.TypeOf(Kinds.ConfigMap))));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AWatchOfWhatIsForgottenEndsWithAnError()
    {
        await using var host = await ApiHost.StartAsync(history: 1);
        for (var i = 0; i < 3; i++)
            await host.PostAsync(Maps, $$$"""{"metadata":{"name":"m{{{i}}}"}}""");

        var answer = await host.SendRawAsync(HttpMethod.Get, $"{Maps}?watch=1&timeoutSeconds=1&resourceVersion=1", Accept);

        var (type, item) = Parts(answer.Body).Single();
        Assert.AreEqual(("ERROR", 410), (type, (int?)Envelope.Read(item, KubernetesSchema.Types["Status"])["code"]));
    }

    private static IEnumerable<(string Type, byte[] Object)> Parts(byte[] stream)
    {
        for (var at = 0; at < stream.Length;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(at));
            yield return Event(stream.AsSpan(at + 4, size));
            at += 4 + size;
        }
    }

    private static (string Type, byte[] Object) Event(ReadOnlySpan<byte> message)
    {
        var (type, item) = ("", Array.Empty<byte>());
        for (var reader = new ProtobufReader(message); reader.Next();)
            if (reader.Field == 1)
                type = Encoding.UTF8.GetString(reader.Bytes());
            else
                for (var raw = new ProtobufReader(reader.Bytes()); raw.Next();)
                    item = raw.Bytes().ToArray();
        return (type, item);
    }
}
