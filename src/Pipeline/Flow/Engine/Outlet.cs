namespace Emergence.Pipeline.Flow.Engine;

/// <summary>An output of a node and whoever consumes it; after validation exactly one inlet does.</summary>
internal sealed class Outlet(Node producer, Type messageType)
{
    public Node Producer { get; } = producer;

    public Type MessageType { get; } = messageType;

    public List<Inlet> Consumers { get; } = [];

    public Inlet Target => Consumers[0];
}
