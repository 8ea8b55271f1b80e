namespace Emergence.Pipeline.Flow;

/// <summary>
/// A boundary in the stream, such as the end of a checkpoint's probe set. Barriers travel through the same links as the data, so
/// every stage sees all data before the boundary, then the boundary, then the rest. They are never dropped, stages that handle
/// only data pass them on by themselves, a tee gives each branch a share and a merge waits until every branch has delivered its
/// share. Shares of one barrier have the same text.
/// </summary>
/// <param name="leases">Where living messages are counted.</param>
public abstract class BarrierMessage(LeaseCounter leases) : Message(leases), IShareable
{
    /// <inheritdoc/>
    public abstract Message Share();
}
