namespace Emergence.Pipeline.Flow.Engine;

/// <summary>A stage or sink: a body for data, a body for barriers, and barriers passed on where there is an output.</summary>
internal sealed class StageNode<TIn>(
    string name,
    NodeShape shape,
    TaskScheduler on,
    Func<TIn, Emission, ValueTask> body,
    Func<BarrierMessage, Emission, ValueTask>? onBarrier) : Node(name, shape, on)
    where TIn : Message
{
    public override async ValueTask WorkAsync(Inlet inlet, Message message, Emission emission)
    {
        if (message is not BarrierMessage barrier)
        {
            await body((TIn)message, emission);
            return;
        }

        if (onBarrier is not null)
        {
            await onBarrier(barrier, emission);
        }

        if (Outlets.Count > 0)
        {
            await emission.SendAsync(barrier);
        }
    }
}
