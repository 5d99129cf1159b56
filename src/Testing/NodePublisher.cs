using Kontrakt.Runs;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.TestHost;

namespace Kontrakt.Testing;

/// <summary>Tells the platform of nodes.</summary>
internal sealed class NodePublisher(IDataProducer producer, IMessageBus bus, SessionUid session)
{
    public Task PublishAsync(TestEntry entry, TestNode node) => bus.PublishAsync(producer, new TestNodeUpdateMessage(session, node, Nodes.ParentOf(entry)));

    public Task PublishAsync(TestNode node) => bus.PublishAsync(producer, new TestNodeUpdateMessage(session, node));
}
