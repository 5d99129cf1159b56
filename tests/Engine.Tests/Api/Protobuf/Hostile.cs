using System.Diagnostics;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Protobuf;

/// <summary>Whatever bytes come: they are taken, or refused as a bad request, and never cost more than their size allows.</summary>
[TestClass]
public sealed class Hostile
{
    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Where(kind => ServedKinds.Of(kind).Schema.HasMessages).Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void BytesThatWereChangedOrLost(string name)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var random = new Random(7);
        foreach (var whole in new[] { Envelope.Write(SampleObjects.Decoded(kind))!, Envelope.Write(Full(kind))! })
            for (var i = 0; i < 2000; i++)
            {
                var bytes = whole[..(i % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
                for (var changes = random.Next(4); changes > 0 && bytes.Length > 4; changes--)
                    bytes[random.Next(4, bytes.Length)] = (byte)(random.Next(4) == 0 ? 0xff : random.Next(256));
                Take(kind, bytes);
            }
    }

    [TestMethod]
    [DataRow("0affffffff0f", "unexpected EOF")]
    [DataRow("0affffffffffffffffff01", "unexpected EOF")]
    [DataRow("0affffffffffffffffffff01", "integer overflow")]
    [DataRow("0a", "unexpected EOF")]
    [DataRow("ff", "unexpected EOF")]
    [DataRow("0001", "illegal tag 0 (wire type 0)")]
    [DataRow("7f", "illegal wireType 7")]
    [DataRow("0f", "wrong wireType = 7 for field 1")]
    [DataRow("7c", "unexpected end of group")]
    [DataRow("7b", "unexpected EOF")]
    [DataRow("7b7c7b", "unexpected EOF")]
    [DataRow("790000", "unexpected EOF")]
    [DataRow("0801", "wrong wireType = 0 for field 1")]
    [DataRow("0a028001", "unexpected EOF")]
    [DataRow("0a07 42 05 08 808080 80", "unexpected EOF")]
    [DataRow("0a0a 42 08 08 ffffffffff7f 00", "illegal tag 0 (wire type 0)")]
    [DataRow("0a09 42 07 08 ffffffffff7f", "a time of 4398046511103 seconds and 0 nanoseconds")]
    [DataRow("0a0f8a010c3a0a0a087b2261223a7b7d7d", "")]
    public void MessagesThatAreNoMessages(string hex, string message)
    {
        var raw = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var refused = Take(Kinds.ConfigMap, [.. Envelope.Head("v1", "ConfigMap", raw.Length), .. raw]);

        Assert.AreEqual(message.Length == 0 ? null : $"the body cannot be handled as a ConfigMap: {message}", refused?.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void GroupsInsideEachOtherAreNotFollowed()
    {
        var opened = Enumerable.Repeat((byte)0x7b, 3_000_000).ToArray();
        var closed = opened.Concat(Enumerable.Repeat((byte)0x7c, opened.Length)).ToArray();

        Assert.IsNotNull(Take(Kinds.ConfigMap, [.. Envelope.Head("v1", "ConfigMap", opened.Length), .. opened]));
        Assert.IsNull(Take(Kinds.ConfigMap, [.. Envelope.Head("v1", "ConfigMap", closed.Length), .. closed]));
    }

    [TestMethod]
    public void ALengthThatIsNotThereReservesNothing()
    {
        var raw = Convert.FromHexString("12ffffff7f");
        Take(Kinds.Pod, [.. Envelope.Head("v1", "Pod", raw.Length), .. raw]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Take(Kinds.Pod, [.. Envelope.Head("v1", "Pod", raw.Length), .. raw]);

        Assert.IsLessThan(100_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Two bytes each, where JSON needs three characters.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public void NoMoreValuesThanTheLongestBodyInJson()
    {
        var containers = Enumerable.Repeat(new byte[] { 0x12, 0 }, 1_500_000).SelectMany(pair => pair).ToArray();
        var spec = new ProtobufWriter();
        spec.Bytes(2, containers);

        var refused = Take(Kinds.Pod, [.. Envelope.Head("v1", "Pod", spec.Written.Length), .. spec.Written]);

        Assert.AreEqual("the body cannot be handled as a Pod: the message has more than 1048576 values", refused?.Message);
    }

    private static System.Text.Json.Nodes.JsonObject Full(ResourceKind kind) => ObjectDecoder.Decode(kind, FullObjects.Of(KubernetesSchema.TypeOf(kind), zero: false), FieldValidation.Strict).Json;

    /// <returns>null if it was taken.</returns>
    private static StatusException? Take(ResourceKind kind, byte[] body)
    {
        try
        {
            ObjectDecoder.DecodeMessage(kind, body);
            return null;
        }
        catch (StatusException refused) when (refused.Code == 400)
        {
            return refused;
        }
        catch (Exception bug) when (bug is not UnreachableException)
        {
            throw new AssertFailedException($"{kind}: {Convert.ToHexStringLower(body.AsSpan(0, Math.Min(body.Length, 4000)))}: {bug}", bug);
        }
    }
}
