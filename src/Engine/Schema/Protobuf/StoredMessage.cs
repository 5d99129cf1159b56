using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>A stored object as a message, which is written once, whoever reads it.</summary>
internal static class StoredMessage
{
    public static ReadOnlyMemory<byte> Of(StoredObject item) => item.Message(Write);

    private static byte[] Write(StoredObject item) => MessageWriter.Write(item.View.Json, KubernetesSchema.TypeOf(item.Key.Kind));
}
